/** A diagnosis for a terminal, in the order of a compiler's message: what, where, why, what to do. */
import type { DiagnosisDocument } from './diagnosis-document.ts';

const WIDTH = 100;

export function printedDiagnosis(document: DiagnosisDocument): string {
  const { output } = document.errors;
  const lines = [
    ...inLines(`${document.verdict}: ${document.summary.replace(/^\w+: /, '')}`, WIDTH),
    '',
    ...wrapped('where', document.where.pattern),
    ...wrapped(
      'error',
      `max ${output.max_absolute}, mean ${output.mean_absolute}, rms ${output.root_mean_square}; ` +
        `correlation ${output.correlation ?? 'none'}; NaN ${output.nan}, infinite ${output.infinite}; of ${output.compared} numbers`,
    ),
    ...worstLines(document),
    ...causeLines(document),
  ];
  return `${lines.join('\n')}\n`;
}

function worstLines({ where }: DiagnosisDocument): string[] {
  if (where.worst.length === 0) return [];
  const rows = where.worst.map(({ index, expected, right }) => [
    `[${index.join(', ')}]`,
    seven(expected),
    seven(right),
  ]);
  const table = [['batch, head, row, column', 'yours', 'right'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column].length)));
  return [
    '',
    ...table.map(
      (row) =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column]))
          .join('   ')
          .trimEnd()}`,
    ),
  ];
}

function causeLines({ causes, closest, partly }: DiagnosisDocument): string[] {
  const lines: string[] = [];
  for (const { names, sentence, advice, same_as, request, remaining } of causes) {
    lines.push('', ...wrapped('cause', names.join(' + ')), ...wrapped('', sentence), ...wrapped('help', advice));
    if (request !== null) lines.push(...wrapped('as', `your numbers are the answer with ${optionsOf(request)}`));
    lines.push(...wrapped('left', `rounding: an error of ${oneDigit(remaining.root_mean_square)} (root mean square)`));
    if (same_as.length > 0) lines.push(...wrapped('same', same_as.map((one) => one.join(' + ')).join(', ')));
  }
  if (partly !== null) {
    lines.push(
      '',
      ...wrapped('partly', partly.name),
      ...wrapped('', `${partly.sentence} But only where numbers are off.`),
    );
    lines.push(...wrapped('help', partly.advice));
  }
  if (closest.length > 0) lines.push('', ...wrapped('closest', 'explain a part, and none of them the numbers:'));
  for (const { names, remaining } of closest) {
    lines.push(...wrapped('', `${names.join(' + ')}: leaves ${percent(remaining.ratio)} of the error`));
  }
  return lines;
}

/** Lists of a number for each of many batch entries or heads are for programs. */
const MOST_OF_OPTIONS = 500;

function optionsOf(request: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(request);
  return json.length <= MOST_OF_OPTIONS ? json : `another ${Object.keys(request).join(', ')}: ask for JSON to see it`;
}

function percent(ratio: number | string): string {
  return typeof ratio === 'number' ? `${(100 * ratio).toPrecision(2)} %` : 'all';
}

/** As many digits as float32 has. */
function seven(number: number | string): string {
  return typeof number === 'number' ? String(Number(number.toPrecision(7))) : number;
}

function oneDigit(number: number | string): string {
  return typeof number === 'number' ? number.toExponential(0) : number;
}

const MARGIN = 10;

/** Words after a title, in lines that a terminal holds. */
function wrapped(title: string, words: string): string[] {
  return inLines(words, WIDTH - MARGIN).map(
    (line, at) => `${(at === 0 && title !== '' ? `  ${title}` : '').padEnd(MARGIN)}${line}`,
  );
}

/** Words in lines of at most so many characters; what is longer than a line, as the options of many heads, is cut up. */
function inLines(words: string, width: number): string[] {
  const lines = [''];
  for (const word of words.split(' ').flatMap((one) => one.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    const last = lines.length - 1;
    if (lines[last] === '') lines[last] = word;
    else if (lines[last].length + word.length + 1 <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
