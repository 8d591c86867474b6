/** Attention between the words of a request: arcs from the word that is lit, the weights of each head as a matrix. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TextPart } from '../../ask/lesson/part.ts';
import type { Head, Reading } from '../../ask/reading.ts';
import { MatrixPicture } from '../../controls/matrix-picture.tsx';
import { textWidth, unit } from '../../controls/size.ts';
import { LABEL_SIZE, type MatrixSetting } from '../../pictures/matrix.ts';
import { linkTo } from '../../state/here.ts';
import { matrixRoom } from '../on-stage/on-stage.ts';
import { HEAD_TITLES } from '../sentence/layers.ts';
import { colors } from '../theme.ts';
import { litRow, pick, point, pointedCell } from './shown.ts';
import { WordsPicture } from './words-picture.tsx';

/** One matrix alone need not be larger, nor can one of several. */
const MOST_WIDTH = 440;
/** From here on heads stand two by two. */
const PAIR_WIDTH = 420;
const GAP = 24;

interface FigureProps {
  part: TextPart;
  width: number;
  /** Whether it is the only one of its page. */
  isAlone: boolean;
}

export function TextFigure({ part, width, isAlone }: FigureProps): JSX.Element {
  const { reading, steps } = part;
  const [first, ...others] = reading.heads;
  const hasArcs = others.length === 0 && (steps !== undefined || isAlone);
  const hasMatrix = steps === undefined || isAlone;
  const columns = others.length > 0 && width >= PAIR_WIDTH * unit.value ? 2 : 1;
  const room = Math.min(MOST_WIDTH * unit.value, (width - (columns - 1) * GAP * unit.value) / columns);
  return (
    <figure class="lesson-part" style={{ width: `${width}px` }}>
      {hasArcs && <WordsPicture part={part} head={first} width={width} />}
      {hasMatrix && (
        <div class="panels" data-picture>
          {reading.heads.map((head) => (
            <HeadMatrix key={head.name} part={part} head={head} width={Math.floor(room)} />
          ))}
        </div>
      )}
      <figcaption>
        {!isAlone && <span class="part-title">{part.title}</span>}
        <span>temperature {Number(part.temperature.toPrecision(3))}</span>
        <a class="off-stage" href={linkTo({ ...part.inSentence, locked: [litRow(part)] })}>
          Open in Sentence
        </a>
      </figcaption>
    </figure>
  );
}

function HeadMatrix({ part, head, width }: { part: TextPart; head: Head; width: number }): JSX.Element {
  const setting = useSetting(part.reading, head, { width, height: matrixRoom.value, unit: unit.value });
  const title = HEAD_TITLES[head.name];
  const row = litRow(part);
  return (
    <div class="panel">
      {part.reading.heads.length > 1 && (
        <p class="label">
          {title}
          {title !== head.name && `, ${head.name}`}
        </p>
      )}
      <MatrixPicture
        id={`matrix-${part.name}-${head.name}`}
        label={`Weights of ${title}, ${part.reading.queries.length} by ${part.reading.keys.length}; the arrow keys walk the cells`}
        setting={setting}
        colors={colors.value}
        axis="row"
        sources={[row]}
        pair={pointedCell(part)}
        onPoint={(cell) => point(part, cell?.row, cell?.column)}
        onPick={(cell) => pick(part, cell.row)}
        onWalk={(cell) => point(part, cell.row, cell.column)}
      />
    </div>
  );
}

function useSetting(
  { queries, keys, isHidden }: Reading,
  { weights }: Head,
  { width, height, unit }: Pick<MatrixSetting, 'width' | 'height' | 'unit'>,
): MatrixSetting {
  return useMemo(() => {
    const measure = (words: readonly string[]) =>
      words.reduce((most, word) => Math.max(most, textWidth(word, LABEL_SIZE * unit)), 0);
    return {
      grid: weights,
      paint: 'light',
      rowWords: queries,
      columnWords: keys,
      isHidden,
      width,
      height,
      unit,
      measure,
    };
  }, [queries, keys, isHidden, weights, width, height, unit]);
}
