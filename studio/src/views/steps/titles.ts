/** What steps are called on the page. */
import type { StepName } from '../../ask/film/frame.ts';

export const STEP_TITLES: Record<StepName, string> = {
  q: 'queries',
  k: 'keys',
  v: 'values',
  attn_scores: 'scores',
  scaled: 'scaled',
  softcapped: 'capped',
  biased: 'biased',
  masked: 'masked',
  tile_scores: 'tile scores',
  running_max: 'running max',
  rescale: 'rescale',
  running_sum: 'running sum',
  accumulator: 'accumulator',
  pattern: 'weights',
  z: 'output',
  result: 'result',
};

/** What the stream calls it, where others than the stream call it otherwise. */
export const STREAM_NAMES: Partial<Record<StepName, string>> = { pattern: 'pattern' };

/** As short as they fit under a track. */
export const SHORT_TITLES: Record<StepName, string> = {
  ...STEP_TITLES,
  q: 'q',
  k: 'k',
  v: 'v',
  tile_scores: 'tile',
  running_max: 'max',
  running_sum: 'sum',
  z: 'z',
};
