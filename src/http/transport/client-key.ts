import type { IncomingMessage } from 'node:http';
import { ANYBODY, type Principal } from '../../access/principal.ts';
import { networkOf } from '../../limits/network.ts';
import { clientAddress } from './outside.ts';

/** Who counts as one client: a principal, where keys are on; else the network that its address is in. */
export function clientKey(request: IncomingMessage, principal: Principal | undefined): string {
  if (principal !== undefined && principal.id !== ANYBODY.id) return principal.id;
  return networkOf(clientAddress(request));
}
