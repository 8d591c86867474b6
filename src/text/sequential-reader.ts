/**
 * A reader that goes through a text word by word with one state, to stand beside attention: state ← decay·state +
 * (1 − decay)·word. It is the plainest of recurrent models, an exponential moving average; gates, as an LSTM has them, would
 * let it hold on to a word for longer.
 *
 * For both readers, the influence of word s on word t is the factor before the vector of s in what t reads. Attention: its
 * weight. The sequential reader: (1 − decay)·decay^(t − s), and nothing for words to come.
 */
import type { Floats } from '../tensor/tensor.ts';

/** Vectors of words, [length, dims], row-major. */
export interface WordRows {
  vectors: Floats;
  length: number;
  dims: number;
}

/** How much of a word is in the state `distance` words later; `decay` in [0, 1). 0 for words to come. */
export function decayInfluence(distance: number, decay: number): number {
  return distance < 0 ? 0 : (1 - decay) * decay ** distance;
}

/** The state after each word, [length, dims]; before the first it is 0. */
export function readSequentially({ vectors, length, dims }: WordRows, decay: number): Floats {
  const states = vectors.slice(0, length * dims);
  for (let k = 0; k < dims; k++) states[k] *= 1 - decay;
  for (let t = 1; t < length; t++) {
    for (let k = t * dims; k < (t + 1) * dims; k++) {
      states[k] = decay * states[k - dims] + (1 - decay) * vectors[k];
    }
  }
  return states;
}

/** What reaches one word from another, by both readers. */
export interface Reach {
  /** The word it comes from. */
  position: number;
  /** Words between the two, plus one; negative for words to come. */
  distance: number;
  sequential: number;
  attention: number;
}

/**
 * What reaches the word at `position` from each word of the text, the nearest first.
 * `weights` is its row of attention weights, [length].
 */
export function reachOf(position: number, weights: Floats, decay: number): Reach[] {
  return Array.from(weights, (attention, from): Reach => {
    const distance = position - from;
    return { position: from, distance, sequential: decayInfluence(distance, decay), attention };
  }).sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance) || b.distance - a.distance);
}

/** One way of reading, measured. */
export interface ReadingCost {
  /** Steps of which each needs the one before. */
  dependentSteps: number;
  /** Multiplications of all steps. */
  multiplications: number;
  /** Wall time: the median of the runs. */
  ms: number;
}

/**
 * Reads a text both ways, `runs` times each in turn, and measures. `attend` computes attention of the words among themselves;
 * it comes from outside, so that the time is that of the kernel in use.
 *
 * Steps and time are two things: attention does more arithmetic, length² against length, and none of it waits. It takes less
 * time only where there is hardware enough to do it at once.
 */
export function timeReaders(
  words: WordRows,
  { decay, attend, runs = 5 }: { decay: number; attend: () => void; runs?: number },
): { sequential: ReadingCost; attention: ReadingCost } {
  const { length, dims } = words;
  const sequential: number[] = [];
  const attention: number[] = [];
  for (let run = 0; run < runs; run++) {
    sequential.push(millisecondsOf(() => readSequentially(words, decay)));
    attention.push(millisecondsOf(attend));
  }
  return {
    sequential: { dependentSteps: length, multiplications: 2 * length * dims, ms: median(sequential) },
    attention: { dependentSteps: 1, multiplications: 2 * length * length * dims, ms: median(attention) },
  };
}

function millisecondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
