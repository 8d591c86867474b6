/** The words, and the light between them. */
import type { JSX } from 'preact';
import { pickedHeads } from '../../ask/sentence-request.ts';
import { textWidth, unit } from '../../controls/size.ts';
import { Words } from '../../controls/words.tsx';
import { rays } from '../../pictures/arcs.ts';
import { light } from '../../pictures/grid.ts';
import { Marks } from '../../pictures/svg.tsx';
import { state } from '../../state/here.ts';
import { arranged } from './arranged.ts';
import { pickWord } from './picks.ts';
import { axisOf, focus, hover, layers, reading } from './shown.ts';

export function SentencePicture({ width }: { width: number }): JSX.Element {
  const answer = reading.value;
  // Before the first answer: the words as they will probably be cut, without light.
  const queries = answer?.queries ?? state.value.text.split(/\s+/).filter((word) => word !== '');
  const isCross = answer?.isCross ?? false;
  const { sources, direction } = focus.value;
  const lines = arranged({
    queries,
    keys: isCross ? (answer?.keys ?? []) : undefined,
    // As it is locked: the line stays where it is while the pointer looks the other way.
    direction: state.value.direction,
    numbers: state.value.combine === 'each' ? pickedHeads(state.value).length : 1,
    width,
    unit: unit.value,
    measure: textWidth,
  });
  const axis = axisOf(focus.value);
  const isLit = sources.length > 0 && layers.value.length > 0;
  const [from, to, fromTop, toTop] =
    axis === 'row' || !isCross ? [lines.query, lines.key, 0, lines.keyTop] : [lines.key, lines.query, lines.keyTop, 0];
  const arcs = isCross ? 'between' : direction === 'looks-at' ? 'above' : 'below';
  const marks = isLit
    ? rays({ from, to, fromTop, toTop, arcs, axis, sources, layers: layers.value, unit: unit.value })
    : [];
  const falling = isLit ? brightest(axis, sources) : undefined;
  const onQueries = direction === 'looks-at' ? sources : [];
  const { locked, direction: lockedDirection } = state.value;
  return (
    <div class="sentence" style={{ width: `${width}px`, height: `${lines.height}px` }}>
      <Marks marks={marks} width={width} height={lines.height} />
      <Words
        label={isCross ? 'The sentence that looks' : 'The sentence'}
        words={queries}
        line={lines.query}
        top={0}
        light={isCross && direction === 'looks-at' ? undefined : falling}
        sources={isCross ? onQueries : sources}
        locked={isCross && lockedDirection === 'looked-at' ? [] : locked}
        onPoint={(index) => point('query', index)}
        onPick={(index, isAdded) => pickWord(index, isCross ? 'looks-at' : state.value.direction, isAdded)}
      />
      {isCross && (
        <Words
          label="The sentence that is looked at"
          words={answer?.keys ?? []}
          line={lines.key}
          top={lines.keyTop}
          light={direction === 'looks-at' ? falling : undefined}
          sources={direction === 'looks-at' ? [] : sources}
          locked={lockedDirection === 'looked-at' ? locked : []}
          onPoint={(index) => point('key', index)}
          onPick={(index, isAdded) => pickWord(index, 'looked-at', isAdded)}
        />
      )}
    </div>
  );
}

/** Pointing at another word makes this one anew, pointing at the same does not. */
function point(side: 'query' | 'key', index: number | undefined): void {
  const now = hover.peek();
  if (now?.on === 'word' && now.side === side && now.index === index) return;
  hover.value = index === undefined ? undefined : { on: 'word', side, index };
}

/** The light on each word, of whichever head throws most of it. */
function brightest(axis: 'row' | 'column', sources: readonly number[]): Float32Array {
  const [first, ...others] = layers.value.map(({ grid }) => light(grid, axis, sources));
  return first.map((weight, i) => Math.max(weight, ...others.map((other) => other[i])));
}
