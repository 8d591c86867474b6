import { cutWhole } from '../../../spread/cut.ts';
import type { Cut } from '../../../spread/part.ts';
import { partFile } from '../../../spread/part-file.ts';
import { decision, type Estimate, estimate, type Speeds } from '../../../spread/planner.ts';
import type { NotSpread, Whole } from '../../../spread/whole.ts';

/** Parts of each replica that are tried: more are more even, and read more. */
const EACH = [1, 2, 4];
/** So many parts are even enough, however many replicas there are. */
const MOST_PARTS = 256;

export interface Circumstances {
  /** Replicas that would take parts. */
  replicas: number;
  shardCost: number;
  speeds: Speeds;
  /** Whether it is spread wherever it can be. */
  always: boolean;
}

interface Tried extends Estimate {
  cut: Cut;
}

/** The cut that is expected to be done first, and why; or why the request is better computed whole. */
export function decide(whole: Whole, circumstances: Circumstances): { cut: Cut; why: string } | NotSpread {
  const { replicas, always } = circumstances;
  let best: Tried | undefined;
  for (const each of EACH) {
    const wanted = Math.min(MOST_PARTS, Math.max(2, each * replicas));
    const tried = tryCut(whole, wanted, circumstances);
    if ('why' in tried) return tried;
    if (best === undefined || tried.spreadSeconds < best.spreadSeconds) best = tried;
  }
  if (best === undefined) return { why: 'it cannot be cut' };
  const { pays, why } = decision(best, { parts: best.cut.parts.length, replicas });
  if (pays) return { cut: best.cut, why };
  return always ? { cut: best.cut, why: `SPREAD is always; ${why}` } : { why };
}

function tryCut(whole: Whole, wanted: number, { shardCost, speeds, replicas }: Circumstances): Tried | NotSpread {
  const cut = cutWhole(whole, { shardCost, wanted });
  if ('why' in cut) return cut;
  const { problem, bodyBytes } = whole;
  const itemBytes = problem.precision === 'float64' ? 8 : 4;
  const partBytes: number[] = [];
  let answerBytes = 0;
  for (const part of cut.parts) {
    const file = partFile(whole, part, cut.by);
    if ('why' in file) return file;
    const numbers = [part.entries, part.heads, part.rows].reduce((product, [from, to]) => product * (to - from), 1);
    const written = numbers * problem.valueDim * itemBytes;
    if (part.split === 0) answerBytes += written;
    partBytes.push(file.bytes + written);
  }
  return { cut, ...estimate(cut, { partBytes, wholeBytes: bodyBytes + answerBytes }, speeds, Math.max(1, replicas)) };
}
