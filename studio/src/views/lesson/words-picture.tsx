/** The words of a request, and the light that falls from one of them on the others. */
import type { JSX } from 'preact';
import type { TextPart } from '../../ask/lesson/part.ts';
import type { Head } from '../../ask/reading.ts';
import { codeAdvance, textWidth, unit } from '../../controls/size.ts';
import { Words } from '../../controls/words.tsx';
import { rays } from '../../pictures/arcs.ts';
import { codeLines } from '../../pictures/code-lines.ts';
import { reach } from '../../pictures/grid.ts';
import { Marks } from '../../pictures/svg.tsx';
import { type WordLine, wordLine } from '../../pictures/word-line.ts';
import { state } from '../../state/here.ts';
import { litRow, pick, point } from './shown.ts';

/** Between two sentences, for the rays. */
const BETWEEN = 88;

interface WordsProps {
  part: TextPart;
  head: Head;
  width: number;
}

export function WordsPicture({ part, head, width }: WordsProps): JSX.Element {
  const { queries, keys, isCross } = part.reading;
  const lines = linesOf(part, width);
  const row = litRow(part);
  const light = reach(head.weights, 'row', row);
  const marks = rays({
    from: lines.query,
    to: lines.key,
    fromTop: 0,
    toTop: lines.keyTop,
    arcs: isCross ? 'between' : 'above',
    axis: 'row',
    sources: [row],
    layers: [{ grid: head.weights, paint: 'light' }],
    unit: unit.value,
  });
  const picked = state.value.tried[`${part.name}.row`];
  return (
    <div
      class={part.isCode ? 'sentence is-code' : 'sentence'}
      data-picture
      style={{ width: `${lines.width}px`, height: `${lines.height}px` }}
    >
      <Marks marks={marks} width={lines.width} height={lines.height} />
      <Words
        label={isCross ? 'The text that looks' : 'The text'}
        words={queries}
        line={lines.query}
        top={0}
        light={isCross ? undefined : light}
        sources={[row]}
        locked={picked === undefined ? [] : [picked]}
        onPoint={(index) => point(part, index)}
        onPick={(index) => pick(part, index)}
      />
      {isCross && (
        <Words
          label="The text that is looked at"
          words={keys}
          line={lines.key}
          top={lines.keyTop}
          light={light}
          sources={[]}
          locked={[]}
          onPoint={() => {}}
          onPick={() => {}}
        />
      )}
    </div>
  );
}

interface Lines {
  query: WordLine;
  key: WordLine;
  keyTop: number;
  width: number;
  height: number;
}

function linesOf({ reading, isCode, text, starts }: TextPart, width: number): Lines {
  const { queries, keys, isCross } = reading;
  const known = starts.filter((start) => start !== null);
  if (isCode && known.length === queries.length) {
    const setting = { text, words: queries, starts: known, width, unit: unit.value, advance: codeAdvance() };
    const line = codeLines(setting);
    return { query: line, key: line, keyTop: 0, width: line.width, height: line.height };
  }
  const shared = { width, unit: unit.value, numbers: 1, measure: textWidth };
  if (!isCross) {
    const line = wordLine({ ...shared, words: queries, arcs: 'above' });
    return { query: line, key: line, keyTop: 0, width, height: line.height };
  }
  const mostSize = Math.min(...[queries, keys].map((words) => wordLine({ ...shared, words, arcs: 'none' }).size));
  const [query, key] = [queries, keys].map((words) => wordLine({ ...shared, words, arcs: 'none', mostSize }));
  const keyTop = query.height + BETWEEN * unit.value;
  return { query, key, keyTop, width, height: keyTop + key.height };
}
