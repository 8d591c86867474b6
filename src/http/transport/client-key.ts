import type { IncomingMessage } from 'node:http';
import { ANYBODY, type Principal } from '../../access/principal.ts';
import { clientAddress } from './outside.ts';

/**
 * Who counts as one client: a principal, where keys are on; else an address of IPv4, or a network of IPv6 with a prefix of 64
 * bits, which is the least that a site has (RFC 6177).
 */
export function clientKey(request: IncomingMessage, principal: Principal | undefined): string {
  if (principal !== undefined && principal.id !== ANYBODY.id) return principal.id;
  const address = clientAddress(request);
  return address.includes(':') ? networkOf(address) : address;
}

/** The first four groups of an address of IPv6. */
function networkOf(address: string): string {
  const [before, after] = address.split('%')[0].split('::');
  const head = before === '' ? [] : before.split(':');
  if (after === undefined) return `${head.slice(0, 4).join(':')}::/64`;
  const tail = after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}
