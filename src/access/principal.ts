/** Who asks, and what they may do. */
import { RequestError } from '../errors.ts';
import type { Rates } from '../limits/rates.ts';

/** What a key or token can allow. */
export const SCOPES = ['attention', 'runs', 'ops'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Principal {
  /** Of this principal and no other, whatever key it comes with: what runs belong to. */
  readonly id: string;
  /** For people who read logs. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** What it may do, where that is not what all may. */
  readonly rates?: Rates | undefined;
}

/** Everybody, where there are no keys. */
export const ANYBODY: Principal = { id: 'anybody', name: 'anybody', scopes: new Set(SCOPES) };

/** Who asks, for a line of log; nobody where there are no keys. */
export function nameOf(principal: Principal | undefined): string | undefined {
  return principal === ANYBODY ? undefined : principal?.name;
}

/** @throws RequestError `insufficient_scope` */
export function requireScope({ scopes }: Principal, scope: Scope): void {
  if (scopes.has(scope)) return;
  const has = scopes.size === 0 ? 'no scope' : `only ${[...scopes].join(' and ')}`;
  throw new RequestError('insufficient_scope', `this needs the scope ${scope}; the key or token has ${has}`);
}
