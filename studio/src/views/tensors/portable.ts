/** The tensors view as it is taken along: the pictures, their numbers, and the request. */
import type { Answer } from '../../ask/tensors/answer.ts';
import { first, request, second } from '../../ask/tensors/asked.ts';
import type { Table } from '../../carry/csv.ts';
import { type Asked, fileNameOf, type Portable } from '../../carry/portable.ts';
import type { SinglePage } from '../../carry/single-page.ts';
import { textWidth } from '../../controls/size.ts';
import type { Tensor } from '../../files/tensor.ts';
import { figure } from '../../pictures/figure.ts';
import { panels } from '../../pictures/multiples/panels.ts';
import { patternPart } from '../patterns/pattern-part.ts';
import { pictured } from './pictured.ts';
import { cell, outputs, patterns, place, type Shown, words } from './shown.ts';
import { titleOfSecond } from './told.ts';

export function portable(): Portable | undefined {
  const answer = first.value;
  if (answer === undefined) return undefined;
  const against = outputs.value?.against;
  const { batch, head } = place.value;
  const { queries, keys, columns } = words.value;
  const of = [answer.batch > 1 ? `batch entry ${batch}` : '', answer.heads > 1 ? `head ${head}` : ''].filter(Boolean);
  const beside = against === undefined ? '' : `, beside ${titleOfSecond(against)}`;
  const title = `Attention${of.length > 0 ? ` of ${of.join(', ')}` : ''}${beside}`;
  const part = (kind: 'weights' | 'output') => {
    const all = pictured(kind, (kind === 'weights' ? patterns : outputs).value);
    const names = { queries, keys: kind === 'weights' ? keys : columns };
    return all.map(({ title, sheet }) => ({
      title: all.length === 1 ? kind : `${kind}, ${title}`,
      part: patternPart(sheet, names, kind === 'weights' ? cell.value : undefined),
    }));
  };
  return {
    fileName: fileNameOf(title),
    picture: figure(panels([...part('weights'), ...part('output')], textWidth), { title, description: described() }),
    table: tableOf(),
    asked: askedOf(),
    unasked: 'The tensors are too many numbers for a text: the request is a file of them, and the options.',
    tensors: () => [...tensorsOf(answer), ...(second.value ? tensorsOf(second.value.answer, 'second_') : [])],
    single: pageOf,
  };
}

/** What the service answered, of all heads. */
function tensorsOf({ batch, heads, rows, width, keys, output, weights, scores, lse }: Answer, prefix = ''): Tensor[] {
  const named = (name: string, values: Tensor['values'] | undefined, shape: readonly number[]): Tensor[] =>
    values === undefined
      ? []
      : [{ name: prefix + name, dtype: values instanceof Float32Array ? 'float32' : 'float64', shape, values }];
  const pairs = [batch, heads, rows, keys ?? 0];
  return [
    ...named('output', output, [batch, heads, rows, width]),
    ...named('weights', weights, pairs),
    ...named('scores', scores, pairs),
    ...named('lse', lse, [batch, heads, rows]),
  ];
}

/** The patterns or, where they are too large to be shown, the outputs. */
function pageOf(): SinglePage {
  const { queries, keys, columns } = words.value;
  const shown = pictured('weights', patterns.value);
  const hasPatterns = shown.length > 0;
  return {
    rowWords: queries,
    columnWords: hasPatterns ? keys : columns,
    matrices: hasPatterns ? shown : pictured('output', outputs.value),
    lit: hasPatterns ? { row: cell.value?.query, column: cell.value?.key } : { row: undefined, column: undefined },
  };
}

function described(): string {
  const { rows = 0, columns = 0 } = patterns.value?.first ?? outputs.value?.first ?? {};
  return `The weights of ${rows} queries for ${columns} keys, and the output.`;
}

/** What a text may hold that is pasted somewhere. */
const MOST_CHARACTERS = 1_000_000;

function askedOf(): Asked | undefined {
  const body = request();
  if (body === undefined) return undefined;
  const { outputs: wanted } = body;
  // What the picture shows is asked for as well.
  const names = new Set([...(Array.isArray(wanted) ? wanted : []), 'weights']);
  const asked = { ...body, outputs: [...names] };
  return JSON.stringify(asked).length > MOST_CHARACTERS ? undefined : { method: 'attention', body: asked };
}

/** One row a number. */
function tableOf(): Table {
  const names = ['first', ...((patterns.value?.second ?? outputs.value?.second) ? ['second'] : [])];
  const rows = [...rowsOf('weights', patterns.value), ...rowsOf('output', outputs.value)];
  return { header: ['of', 'query_index', 'column_index', ...names], rows };
}

function rowsOf(of: string, shown: Shown | undefined): (string | number | undefined)[][] {
  if (shown === undefined) return [];
  const { first, second } = shown;
  return Array.from({ length: first.rows * first.columns }, (_, i) => {
    const [row, column] = [Math.floor(i / first.columns), i % first.columns];
    const isInSecond = second !== undefined && row < second.rows && column < second.columns;
    const other = isInSecond ? numberOf(second.values[row * second.columns + column]) : undefined;
    return [of, row, column, numberOf(first.values[i]), ...(second === undefined ? [] : [other])];
  });
}

/** What may not be seen has no number. */
const numberOf = (value: number): number | undefined => (value === Number.NEGATIVE_INFINITY ? undefined : value);
