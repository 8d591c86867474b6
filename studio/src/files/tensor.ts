/** Tensors as files have them, and as texts that were pasted have them. */

/** Numbers of a tensor that is in memory, row-major. */
export interface Tensor {
  /** Empty where the file gives none, as `.npy` and what is pasted. */
  name: string;
  /** As NumPy calls it: float32, float16, bfloat16, int64, bool, … */
  dtype: string;
  shape: readonly number[];
  values: Float32Array | Float64Array;
}

/** A tensor whose numbers are read from its file when they are asked for: a file may be larger than the page's memory. */
export interface FileTensor extends Pick<Tensor, 'name' | 'dtype' | 'shape'> {
  /**
   * The numbers from `start` to `end` of the row-major order, the end excluded.
   * @throws FileFault where the file is no longer there, or lies
   */
  read(start: number, end: number): Promise<Float32Array | Float64Array>;
}

/** Words, such as the tokens beside attentions. */
export interface Texts {
  name: string;
  shape: readonly number[];
  texts: readonly string[];
}

export interface OpenedFile {
  /** Of the file. */
  name: string;
  tensors: readonly FileTensor[];
  texts: readonly Texts[];
}

/** Where in a text, both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** What is wrong with a file or a text, in a sentence for whoever dropped it. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  /** Of a text, where it is wrong. */
  readonly place: Place | undefined;

  constructor(message: string, place?: Place) {
    super(message);
    this.place = place;
  }
}

/** A shape as one reads it: `5 × 4`; a single number has none. */
export const shapeText = (shape: readonly number[]): string => shape.join(' × ') || 'one number';

export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
