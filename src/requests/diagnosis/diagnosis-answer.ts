import type { Diagnosis } from '../../attention/diagnosis/diagnosis.ts';
import type { Tolerance } from '../../attention/diagnosis/errors.ts';
import type { TextFormat } from '../../codec/media-type.ts';

/** All that is needed to write a diagnosis once it is made; it can travel between threads. */
export interface DiagnosisAnswer {
  kind: 'diagnosis';
  format: TextFormat;
  diagnosis: Diagnosis;
  tolerance: Tolerance & { dtype: string };
  /** The shape of the answer, as the route gives it. */
  outputShape: readonly number[];
  width: number;
  /** The head whose patterns are shown. */
  shown: { batch: number; head: number } | undefined;
  kernel: string;
}

/** Numbers that are looked at, about. */
export function diagnosisNumbers({ diagnosis, width }: DiagnosisAnswer): number {
  return diagnosis.rowErrors.length * width;
}
