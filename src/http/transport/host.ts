import type { IncomingMessage } from 'node:http';

/** How many Host headers a request has. RFC 9112 section 3.2 wants one; of several, Node silently keeps the first. */
export function hostCount({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
