/** A map of the errors of a diagnosis: heads beside each other, their rows in blocks; the lighter the farther off. */
import type { Places } from '../../attention/diagnosis/where.ts';
import { colorLevel, weightColors } from '../../text/palette.ts';
import type { DiagnosisAnswer } from './diagnosis-answer.ts';
import type { DiagnosisDocument } from './diagnosis-document.ts';

const CELL = { width: 56, height: 18 };
const LEFT = 96;
const TOP = 84;
const LETTER = 6.6;

export function drawnDiagnosis(answer: DiagnosisAnswer, document: DiagnosisDocument, { map, rows }: Places): string {
  const isJoined = answer.diagnosis.dump.projections !== undefined;
  const units = isJoined ? 1 : answer.diagnosis.dump.problem.numHeads;
  const largest = Math.max(0, ...map.flat().filter(Number.isFinite));
  const title = `${document.verdict}: ${document.where.pattern}`;
  const causes = document.causes.map(({ names }) => names.join(' + ')).join('; ');
  const line = causes === '' ? document.summary.split('. ')[0] : `cause: ${causes}`;
  const width = Math.max(LEFT + map.length * CELL.width + 24, 24 + LETTER * Math.max(title.length * 1.2, line.length));
  const height = TOP + rows.length * CELL.height + 40;
  const heads = map.map((_, at) =>
    text(LEFT + (at + 0.5) * CELL.width, TOP - 8, headName(at, units, isJoined), 'middle'),
  );
  const ranges = rows.map(({ from, to }, at) =>
    text(LEFT - 8, TOP + at * CELL.height + 13, to - from === 1 ? `row ${from}` : `rows ${from}–${to - 1}`, 'end'),
  );
  const cells = map.flatMap((errors, at) => errors.map((error, row) => cell(at, row, error, largest)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" viewBox="0 0 ${width.toFixed(0)} ${height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" role="img" aria-label="${escaped(document.summary)}">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="26" font-size="14" font-weight="bold">${escaped(title)}</text>`,
    `<text x="16" y="46">${escaped(line)}</text>`,
    ...heads,
    ...ranges,
    ...cells,
    text(16, height - 14, `root mean square of the error; the lightest is ${largest.toPrecision(3)}`, 'start'),
    '</svg>',
  ].join('\n');
}

function headName(at: number, units: number, isJoined: boolean): string {
  const entry = Math.floor(at / units);
  if (isJoined) return `batch ${entry}`;
  return entry === 0 ? `head ${at % units}` : `${entry} · ${at % units}`;
}

function cell(at: number, row: number, error: number, largest: number): string {
  const share = Number.isFinite(error) ? (largest === 0 ? 0 : error / largest) : 1;
  const [x, y] = [LEFT + at * CELL.width, TOP + row * CELL.height];
  const { fill, ink } = weightColors[colorLevel(share)];
  const shown = Number.isFinite(error) ? (error === 0 ? '0' : error.toExponential(1)) : 'NaN';
  const number = `<text x="${x + CELL.width / 2}" y="${y + 13}" font-size="9" text-anchor="middle" fill="${ink}">${shown}</text>`;
  return `<rect x="${x}" y="${y}" width="${CELL.width - 1}" height="${CELL.height - 1}" fill="${fill}"/>${number}`;
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
