/**
 * What native.ts and the addon must agree on: the place of every number that goes from one to the other, and the numbers of
 * stages and formats. The build writes layout.h from here, so that nobody counts.
 */
import { SCORE_STAGES } from '../kernel.ts';

/** Rows of queries, keys or values: where they start, how far they are apart, and what they are. */
const input = <Name extends string>(name: Name) => [`${name}Start`, `${name}Stride`, `${name}Format`] as const;

/** What the scores of a block follow from, with counts and positions from the block's first row and key. */
// biome-ignore format: lists read best as lists
const scores = [
  'rows', 'keys', 'headDim', ...input('query'), ...input('key'),
  'scale', 'softcap', 'hasAlibi', 'slope', 'position', 'left', 'right', 'visibleRows', 'visibleKeys',
] as const;

/** The numbers of each task in order. */
// biome-ignore format: lists read best as lists
const tasks = {
  attend: [...scores, 'valueDim', ...input('value'), 'outputStart', 'outputStride', 'rowOffset', 'masks'],
  score: [...scores, 'stage', 'intoStart', 'intoStride', 'rowOffset', 'masks'],
  multiply: [
    'rows', 'columns', 'depth', 'leftStart', 'leftStride', 'rightStart', 'rightStride', 'intoStart', 'intoStride',
    'biasStart',
  ],
  merge: [
    'rows', 'valueDim', 'wholeStart', 'wholeStride', 'wholeOffset', 'partStart', 'partStride', 'partOffset',
  ],
} as const;

/** Formats of queries, keys and values. */
const formats = ['float32', 'float16', 'bfloat16'] as const;

/** From `masks` on each mask has so many: its start, and the strides of rows and keys. */
export const MASK_NUMBERS = 3;

/** The place of each number in its task. */
export const PLACE = {
  attend: placesOf(tasks.attend),
  score: placesOf(tasks.score),
  multiply: placesOf(tasks.multiply),
  merge: placesOf(tasks.merge),
};
export const STAGE = placesOf(SCORE_STAGES);
export const FORMAT = placesOf(formats);

type Places<Name extends string> = Readonly<Record<Name, number>>;

function placesOf<Name extends string>(names: readonly Name[]): Places<Name>;
function placesOf(names: readonly string[]): object {
  return Object.fromEntries(names.map((name, place) => [name, place]));
}

/** layout.h: the same for C++. */
export function layoutHeader(): string {
  const members = (places: Places<string>) =>
    Object.entries(places).map(([name, place]) => `  static constexpr int ${name} = ${place};`);
  const structs = Object.entries(PLACE).flatMap(([task, places]) => [
    `/** Where the numbers of \`${task}\` stand. */`,
    `struct ${task[0].toUpperCase()}${task.slice(1)}Place {`,
    ...members(places),
    '};',
    '',
  ]);
  return [
    '// Written by the build from layout.ts; not to be changed by hand.',
    '#pragma once',
    '',
    'namespace spotlight {',
    '',
    '/** The stages of a score matrix, in the order in which they are computed. */',
    `enum class Stage { ${Object.keys(STAGE).join(', ')} };`,
    '',
    '/** What queries, keys and values may be. */',
    `enum class Format { ${Object.keys(FORMAT).join(', ')} };`,
    '',
    `constexpr int maskNumbers = ${MASK_NUMBERS};`,
    '',
    ...structs,
    '}  // namespace spotlight',
    '',
  ].join('\n');
}
