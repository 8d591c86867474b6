/** Names that a server answers for, as whoever runs it lists them. */
import { isIPv4, isIPv6 } from 'node:net';

const NAME = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;
/** RFC 1035 section 2.3.4. */
const MAX_NAME = 253;

/**
 * The names of a list with commas between, in lower case and without ports: `example.org`, `*.example.org`, `127.0.0.1`,
 * `[::1]`.
 * @throws Error whose message says, as a sentence of its own, what is wrong with the first that is none
 */
export function hostList(text: string): string[] {
  return text.split(',').map((entry) => hostOf(entry.trim().toLowerCase()));
}

function hostOf(entry: string): string {
  const quoted = JSON.stringify(entry.slice(0, 100));
  if (entry === '') throw new Error('between two commas, or behind the last, nothing stands');
  if (entry === '*') throw new Error('"*" is what holds without ALLOWED_HOSTS');
  const bare = entry.replace(/^\[(.*)\]$/, '$1');
  if (isIPv6(bare) && !bare.includes('%')) return new URL(`http://[${bare}]`).hostname;
  if (isIPv4(entry)) return entry;
  if (entry.includes('/')) throw new Error(`${quoted} has a scheme or a path; only the name counts`);
  if (/:\d*$/.test(entry)) throw new Error(`${quoted} has a port; only the name counts, at whatever port`);
  const name = entry.replace(/\.$/, '');
  if (name.length > MAX_NAME || !NAME.test(name)) throw new Error(`${quoted} is no name of a host`);
  return name;
}
