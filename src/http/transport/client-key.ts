import type { IncomingMessage } from 'node:http';
import { ANYBODY, type Principal } from '../../access/principal.ts';
import { networkOf } from '../../limits/network.ts';
import { clientAddress } from './outside.ts';

/**
 * Who counts as one client: a principal, where keys are on; else an address of IPv4, or a network of IPv6 with a prefix of 64
 * bits, which is the least that a site has (RFC 6177).
 */
export function clientKey(request: IncomingMessage, principal: Principal | undefined): string {
  if (principal !== undefined && principal.id !== ANYBODY.id) return principal.id;
  return networkOf(clientAddress(request));
}
