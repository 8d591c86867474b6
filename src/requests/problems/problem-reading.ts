import type { Precision } from '../../tensor/tensor.ts';
import type { MaskSource } from './mask-meaning.ts';

/** What reading a problem needs beside tensors and options. */
export interface ProblemReading extends MaskSource {
  precision: Precision;
  maxElements: number;
}
