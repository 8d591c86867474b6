/** Where the words of one or of two sentences stand, and how much room is left for the matrix. */
import { useMemo } from 'preact/hooks';
import { pickedHeads } from '../../ask/sentence-request.ts';
import { arranged, type Lines } from '../../controls/arranged.ts';
import { textWidth, unit } from '../../controls/size.ts';
import { state } from '../../state/here.ts';
import { isOnStage } from '../on-stage/on-stage.ts';
import { reading } from './shown.ts';

export interface Arrangement extends Lines {
  queryWords: readonly string[];
  /** Of the other sentence; none where there is one alone. */
  keyWords: readonly string[];
  /** Of many lines. */
  isLong: boolean;
  /** Long texts have the matrix beside them, where there is room. */
  matrix: 'below' | 'beside';
  matrixWidth: number;
}

/** Of more lines the matrix would be out of sight below them. */
const MOST_LINES = 4;
/** The least width of a stage on which two stand beside each other, and the part of the text. */
const WIDE = 600;
const TEXT_PART = 0.54;
const GAP = 32;

/** Anew when words, room or heads change, and not when the pointer moves. */
export function useArrangement(width: number): Arrangement {
  const answer = reading.value;
  const { text, combine, direction } = state.value;
  const numbers = combine === 'each' ? pickedHeads(state.value).length : 1;
  return useMemo(() => {
    // Before the first answer: the words as they will probably be cut, without light.
    const words = answer?.queries ?? text.split(/\s+/).filter((word) => word !== '');
    const alone = { words, indents: answer?.queryIndents };
    const other = answer?.isCross ? { words: answer.keys, indents: answer.keyIndents } : undefined;
    const among = (room: number) =>
      arranged({
        query: alone,
        key: other,
        direction,
        numbers,
        width: room,
        unit: unit.value,
        measure: textWidth,
      });
    const wide = among(width);
    const isLong = wide.query.lines + (other ? wide.key.lines : 0) > MOST_LINES;
    const shared = { queryWords: words, keyWords: other?.words ?? [], isLong };
    if (!isLong || isOnStage.value || width < WIDE * unit.value)
      return { ...shared, ...wide, matrix: 'below', matrixWidth: width };
    const narrow = among(Math.floor(TEXT_PART * width));
    const matrixWidth = width - narrow.width - GAP * unit.value;
    return { ...shared, ...narrow, matrix: 'beside', matrixWidth };
  }, [answer, answer ? '' : text, width, unit.value, numbers, direction, isOnStage.value]);
}
