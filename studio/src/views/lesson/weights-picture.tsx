/** The weights of a head over vectors, as a matrix. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TensorHead, TensorPart } from '../../ask/lesson/part.ts';
import { MatrixPicture } from '../../controls/matrix-picture.tsx';
import { textWidth, unit } from '../../controls/size.ts';
import { LABEL_SIZE, type MatrixSetting } from '../../pictures/matrix.ts';
import { colors } from '../theme.ts';
import { litRow, pick, point, pointedCell } from './shown.ts';

/** At least; names of keys stand beside each other. */
const CELL = 46;
const BETWEEN = 8;

interface WeightsProps {
  part: TensorPart;
  head: TensorHead;
  /** The number of the head. */
  index: number;
}

export function WeightsPicture({ part, head, index }: WeightsProps): JSX.Element {
  const { queries, keys } = part;
  const scaled = unit.value;
  const setting = useMemo((): MatrixSetting => {
    const measure = (words: readonly string[]) =>
      words.reduce((most, word) => Math.max(most, textWidth(word, LABEL_SIZE * scaled)), 0);
    // One row alone needs no name.
    const rowWords = queries.length > 1 ? queries : [''];
    const cell = Math.max(CELL * scaled, measure(keys) + BETWEEN * scaled);
    const width = measure(rowWords) + BETWEEN * scaled + Math.ceil(cell) * keys.length;
    return {
      grid: head.weights,
      paint: 'light',
      rowWords,
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
        label={`Weights, ${queries.length} by ${keys.length}; the arrow keys walk the cells`}
        setting={setting}
        colors={colors.value}
        axis="row"
        sources={queries.length > 1 ? [litRow(part)] : []}
        pair={pointedCell(part)}
        onPoint={(cell) => point(part, cell?.row, cell?.column)}
        onPick={(cell) => pick(part, cell.row)}
        onWalk={(cell) => point(part, cell.row, cell.column)}
      />
    </div>
  );
}
