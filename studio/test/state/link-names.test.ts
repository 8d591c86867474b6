import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { START, type State } from '../../src/state/state.ts';
import { toFragment } from '../../src/state/url.ts';

const page = readFileSync(new URL('../../../docs/studio.md', import.meta.url), 'utf8');
const ofLinks = page.slice(page.indexOf('## A link'), page.indexOf('## For a teacher'));

/** Nothing as at the start. */
const other: State = {
  view: 'lesson',
  text: 'red blue',
  context: 'green',
  mode: 'cross',
  vectors: 'bilingual-example',
  heads: ['position'],
  combine: 'max',
  temperature: 2,
  excludeSelf: !START.excludeSelf,
  direction: 'looked-at',
  locked: [0],
  pair: { query: 1, key: 0 },
  pairHead: 'position',
  detail: 'tile',
  speed: 5,
  step: 3,
  run: 'r',
  lesson: 'encoder',
  tried: { temperature: 0.5 },
  patterns: { batch: 0, head: 2, cell: { query: 1, key: 3 } },
  tensors: '[["q","query","float32",[[1,2]]]]',
  options: { scale: 1 },
  against: { option: 'is_causal', value: true },
  answered: { batch: 0, head: 1, cell: undefined },
  matrix: { of: 'made', size: 512, step: 'scaled', batch: 1, head: 2, by: 'mean', scale: 'log' },
  matrixSight: { row: 10.5, key: 20, cell: 4 },
  matrixCell: { query: 3, key: 4 },
  model: { layer: 1, head: 2, batch: 0, word: 3 },
  isMerged: true,
  theme: 'dark',
  isStage: true,
  picture: 2,
  hasTables: true,
};

it('docs/studio.md names what a link can say', () => {
  const named = [...ofLinks.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) => cell.match(/\w+/g) ?? []);
  expect(named.toSorted()).toEqual([...new URLSearchParams(toFragment(other)).keys()].toSorted());
});
