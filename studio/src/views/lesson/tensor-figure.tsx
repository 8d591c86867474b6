/** Attention between a few vectors: query, keys, values and weights as small matrices, and the sum that they come to. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TensorHead, TensorPart } from '../../ask/lesson/part.ts';
import { MatrixPicture } from '../../controls/matrix-picture.tsx';
import { textWidth, unit } from '../../controls/size.ts';
import type { Grid } from '../../pictures/grid.ts';
import { LABEL_SIZE } from '../../pictures/matrix.ts';
import { colors } from '../theme.ts';
import { litRow, pick, point } from './shown.ts';
import { WeightedSums } from './weighted-sums.tsx';
import { exactly, given } from './written.ts';

const CELL = 56;

export function TensorFigure({ part, isAlone }: { part: TensorPart; isAlone: boolean }): JSX.Element {
  const { queries, keys, scale, shift } = part;
  return (
    <figure class="part is-tensors">
      <figcaption>
        {!isAlone && <span class="part-title">{part.title}</span>}
        <span>
          scores = {exactly(scale)} × query · key{shift === undefined ? '' : ` + ${exactly(shift)}`}
        </span>
      </figcaption>
      {part.heads.map((head, i) => (
        <div key={head.title ?? i} class="head-strip">
          {head.title !== undefined && <p class="part-title">{head.title}</p>}
          <div class="strip">
            <Numbers title={queries.length > 1 ? 'queries' : 'query'} grid={head.query} rows={queries} />
            <span class="operator">·</span>
            <Numbers title="keys" grid={head.key} rows={keys} />
            {head.scores !== undefined && (
              <>
                <span class="operator">→</span>
                <Numbers title="scores" grid={head.scores} rows={queries} />
              </>
            )}
            <span class="operator">→</span>
            <WeightsPicture part={part} head={head} index={i} />
            <span class="operator">×</span>
            <Numbers title="values" grid={head.value} rows={keys} />
            <span class="operator">=</span>
            <Numbers title="output" grid={head.output} rows={queries} />
          </div>
          <WeightedSums part={part} head={head} />
        </div>
      ))}
    </figure>
  );
}

/** Numbers as they are, with the names of their rows where there are several. */
function Numbers({ title, grid, rows }: { title: string; grid: Grid; rows: readonly string[] }): JSX.Element {
  return (
    <table class="numbers">
      <caption>{title}</caption>
      <tbody>
        {rows.map((name, row) => (
          <tr key={name}>
            <th scope="row" class={rows.length > 1 ? '' : 'visually-hidden'}>
              {name}
            </th>
            {Array.from(grid.values.subarray(row * grid.columns, (row + 1) * grid.columns), (value, i) => (
              <td key={i}>{given(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function WeightsPicture({ part, head, index }: { part: TensorPart; head: TensorHead; index: number }): JSX.Element {
  const { queries, keys } = part;
  const scaled = unit.value;
  const setting = useMemo(() => {
    const measure = (words: readonly string[]) =>
      words.reduce((most, word) => Math.max(most, textWidth(word, LABEL_SIZE * scaled)), 0);
    const width = measure(queries) + CELL * keys.length * scaled;
    return {
      grid: head.weights,
      rowWords: queries,
      columnWords: keys,
      isHidden: () => false,
      width,
      unit: scaled,
      measure,
    };
  }, [head.weights, queries, keys, scaled]);
  return (
    <div class="panel">
      <p class="label">weights</p>
      <MatrixPicture
        id={`matrix-${part.name}-${index}`}
        label={`Weights, ${queries.length} by ${keys.length}; the arrow keys walk the rows`}
        setting={setting}
        colors={colors.value}
        axis="row"
        sources={queries.length > 1 ? [litRow(part)] : []}
        pair={undefined}
        onPoint={(cell) => point(part, cell?.row)}
        onPick={(cell) => pick(part, cell.row)}
      />
    </div>
  );
}
