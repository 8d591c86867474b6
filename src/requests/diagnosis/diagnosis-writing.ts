import type { DiagnosisAnswer } from './diagnosis-answer.ts';
import { diagnosisDocument } from './diagnosis-document.ts';
import { drawnDiagnosis } from './diagnosis-map.ts';
import { printedDiagnosis } from './diagnosis-text.ts';
import { findingsOf } from './findings.ts';

/** Writes a diagnosis in its format. */
export function writeDiagnosis(answer: DiagnosisAnswer): Uint8Array[] {
  const findings = findingsOf(answer.diagnosis, answer.tolerance);
  const document = diagnosisDocument(answer, findings);
  if (answer.format === 'json') return [Buffer.from(JSON.stringify(document))];
  if (answer.format === 'text') return [Buffer.from(printedDiagnosis(document))];
  return [Buffer.from(drawnDiagnosis(answer, document, findings.places))];
}
