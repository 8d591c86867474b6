import type { Dump } from '../dump.ts';
import { type Hypothesis, setting, when } from './hypothesis.ts';

const isCapped = ({ problem }: Dump) => problem.softcap > 0;

/** softcap·tanh(scores/softcap), as Gemma 2 has it: after the scale, before masks and biases. */
export const softcapHypotheses: readonly Hypothesis[] = [
  {
    name: 'softcap_missing',
    sentence: 'leaves out the softcap',
    advice: 'Apply softcap·tanh(scores/softcap) to the scaled scores, before masks and biases.',
    variants: (dump) => when(isCapped(dump), setting({ softcap: 0 }, { softcap: 0 })),
  },
  {
    name: 'softcap_after_mask',
    sentence: 'applies the softcap after masks and biases, so that hidden keys come back as −softcap',
    advice: 'Apply the softcap to the scaled scores first, then mask.',
    variants: (dump) => when(isCapped(dump), setting({ softcapOf: 'masked_scores' })),
  },
  {
    name: 'softcap_before_scale',
    sentence: 'applies the softcap to query·key before the scale',
    advice: 'Scale first, then cap: softcap·tanh(scale·query·key/softcap).',
    variants: (dump) => when(isCapped(dump), setting({ softcapOf: 'products' })),
  },
];
