// What one problem asks for, for one head.
import { LOG2E } from './exponential';

/** in: |scale|; its sign is in the queries. The softcap, 0 for none. */
export let scaleSize: f64 = 1;
export let softcapSize: f64 = 0;
/** in: what ALiBi takes off a score for each position, and whether there is any; whether there are biases of masks. */
export let slope: f32 = 0;
export let hasAlibi: bool = false;
export let hasBiases: bool = false;

export let scale: f32 = 1;
export let softcap: f32 = 0;
/** Bytes from one row of biases to the next, 0 if all rows share one. */
export let biasStride: usize = 0;
/** Scores are scaled in the exponential itself when nothing comes between. One score of the softmax is worth `unit` natural units. */
export let plain: bool = true;
export let unit: f64 = 1;
export let factor: f32 = 1;
/** A score may leave the range of float32 on the way: then it must be looked for. */
export let mayOverflow: bool = false;

/** After the host has set what is marked "in". */
export function takeOptions(): void {
  scale = <f32>scaleSize;
  // A softcap beyond float32 changes nothing; one too small for it leaves nothing, as the smallest does.
  softcap = softcapSize == 0 || softcapSize > 3e38 ? 0 : <f32>max(softcapSize, 1e-30);
  // With a scale near 0 the bound of the exponential, −127 / factor, would not be a number.
  plain = softcap == 0 && !hasAlibi && !hasBiases && scaleSize > 1e-30;
  unit = plain ? scaleSize : 1;
  factor = <f32>(unit * LOG2E);
}

export function setTile(stride: usize, overflow: bool): void {
  biasStride = stride;
  mayOverflow = overflow;
}
