/** An example of the lesson for people: as lines for a terminal, and as a picture. */
import type { ComparedNumbers } from '../../text/comparison.ts';
import { heatMap } from '../../text/heat-map.ts';
import type { HeatMapPanel } from '../../text/heat-map-description.ts';
import { DEFAULT_WIDTH, padEnd, padStart } from '../../text/table.ts';
import { wrapped } from '../../text/wrapped.ts';
import { shownNames } from '../tensors/tensor-names.ts';
import { panelsOfTensors } from '../tensors/tensor-view.ts';
import { printedText, weightsOf, wordsOf } from '../words/text-view.ts';
import type { ExamplePart } from './example-answer.ts';
import type { ReadBothWays } from './example-readings.ts';
import type { WorkedExample } from './worked-example.ts';
import { workedTensors } from './worked-tensors.ts';

const INDENT = '    ';
const RELATIONS = { equals: '=', 'differs from': '≠', 'is greater than': '>' } as const;

/** What to look at, each request with its answer, and what the numbers say. */
export function printedExample(worked: WorkedExample): string {
  const { example, answer, readings, compared } = worked;
  const requests = example.requests.map(({ name, route, body }, i) => {
    const part = answer.parts[i].answer;
    const shown = part.kind === 'text' ? printedText(part) : workedTensors(part);
    return `${headed(`${name}: POST ${route}`, '-')}\n${JSON.stringify(body)}\n\n${shown}`;
  });
  return [
    `${headed(example.title, '=')}\n${wrapped(example.lookAt)}\n`,
    ...requests,
    ...(readings.length > 0 ? [printedReadings(readings)] : []),
    `${headed('what the numbers say', '-')}\n${compared.map(printedComparison).join('\n')}\n`,
  ].join('\n');
}

/**
 * One picture: of the request that was asked for, or of the first with all others that have the same rows and columns.
 * Where two ways of reading are compared, of what reaches a word by both, by default in the longest text.
 */
export function pictureOfExample(worked: WorkedExample): string {
  const { example, answer, readings } = worked;
  const { parts, picture } = answer;
  if (readings.length > 0)
    return pictureOfReading(readings.find(({ request }) => request === picture) ?? readings[readings.length - 1]);
  const first = parts.find(({ name }) => name === picture) ?? parts[0];
  const labels = labelsOf(first);
  const key = JSON.stringify(labels);
  const drawn = picture === undefined ? parts.filter((part) => JSON.stringify(labelsOf(part)) === key) : [first];
  const panels = drawn.flatMap((part) => {
    const own = panelsOf(part);
    const named = ({ name }: HeatMapPanel) => (own.length > 1 ? `${part.name}, ${name}` : part.name);
    return own.map((panel) => ({ ...panel, name: drawn.length > 1 ? named(panel) : panel.name }));
  });
  return heatMap({ title: example.title, ...labels, panels });
}

function pictureOfReading({ from, to, distance, words }: ReadBothWays): string {
  return heatMap({
    title: `What reaches “${to.text}”, ${distance} words after “${from.text}”`,
    rows: ['attention', 'one by one'],
    columns: words.map(({ text }) => text),
    panels: [
      {
        name: 'reach',
        weights: Float32Array.from([
          ...words.map(({ attention }) => attention),
          ...words.map(({ sequential }) => sequential),
        ]),
      },
    ],
  });
}

function panelsOf({ answer }: ExamplePart): HeatMapPanel[] {
  if (answer.kind === 'tensors') return panelsOfTensors(answer).panels;
  return answer.heads.map((head) => ({ name: head.name, weights: weightsOf(head) }));
}

function labelsOf({ answer }: ExamplePart): { rows: readonly string[]; columns: readonly string[] } {
  if (answer.kind === 'text') return wordsOf(answer);
  const { rows, columns } = shownNames(answer.names, answer.problem);
  return { rows, columns };
}

function headed(text: string, line: string): string {
  return `${text}\n${line.repeat(Array.from(text).length)}\n`;
}

function printedComparison({ says, left, relation, right, holds }: ComparedNumbers): string {
  const numbers = `${numberList(left.values)} ${RELATIONS[relation]} ${numberList(right.values)}`;
  const line = `${numbers} (${left.request} ${left.pointer})${holds ? '' : ', which does not hold here'}`;
  return `${wrapped(says)}\n${INDENT}${wrapped(line, DEFAULT_WIDTH - INDENT.length).replaceAll('\n', `\n${INDENT}`)}`;
}

function numberList(numbers: readonly number[]): string {
  const printed = numbers.map((x) => String(Number(x.toPrecision(4))).replace('-', '−'));
  return printed.length === 1 ? printed[0] : `[${printed.join(', ')}]`;
}

function printedReadings(readings: readonly ReadBothWays[]): string {
  const note =
    'Reach is the part of one word in what the other reads. Times are medians of a few runs, measured for this answer on one thread, where nothing is done side by side.';
  return `${headed('read both ways', '-')}\n${wrapped(note)}\n\n${readings.map(printedReading).join('\n')}`;
}

function printedReading({ from, to, distance, attention, sequential }: ReadBothWays): string {
  const line = (name: string, ...cells: readonly (string | number)[]) =>
    `  ${padEnd(name, 16)}${cells.map((cell) => padStart(String(cell), 12)).join('')}`;
  return [
    `“${from.text}” to “${to.text}”, ${distance} words on`,
    line('', 'attention', 'one by one'),
    line('reach', attention.reach.toFixed(4), sequential.reach.toFixed(4)),
    line('steps that wait', attention.dependent_steps, sequential.dependent_steps),
    line('multiplications', attention.multiplications, sequential.multiplications),
    line('ms', attention.ms, sequential.ms),
    '',
  ].join('\n');
}
