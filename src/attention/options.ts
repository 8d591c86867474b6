import type { Rotary, RotaryPositions } from './rotary.ts';

/** The options of one attention, as `POST /attention` names them in snake_case; validated one by one, not yet together. */
export interface AttentionOptions {
  isCausal: boolean | 'lower_right';
  /** Query i stands at key position i + offset; one for all, or one a batch entry. */
  queryOffset: number | readonly number[] | undefined;
  scale: number | undefined;
  softcap: number;
  /** Keys to the left and right that are visible; undefined = open. */
  window: { left: number | undefined; right: number | undefined };
  alibiSlopes: readonly number[] | undefined;
  keyLengths: readonly number[] | undefined;
  queryLengths: readonly number[] | undefined;
  rotary: (Rotary & { positions: RotaryPositions | undefined }) | undefined;
}
