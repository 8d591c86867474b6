import type { IncomingMessage } from 'node:http';

/** Longer names of programs are cut: a line of log is bounded. */
const MAX_AGENT_LENGTH = 256;

/** What a client calls itself. */
export function userAgent({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const agent = headers['user-agent'];
  return agent === undefined || agent.length <= MAX_AGENT_LENGTH ? agent : `${agent.slice(0, MAX_AGENT_LENGTH)}…`;
}
