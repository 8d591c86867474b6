/** The picture of the sentence view: words in light, their matrix, the heads, and all of it in words. */
import type { JSX } from 'preact';
import { meanOfPicked, sentence } from '../../ask/sentence.ts';
import { useWidth } from '../../controls/size.ts';
import { light } from '../../pictures/grid.ts';
import { Live } from '../live.tsx';
import { Notice } from '../notice.tsx';
import { isOnStage } from '../on-stage/on-stage.ts';
import { useArrangement } from './arrangement.ts';
import { Matrices } from './matrices.tsx';
import { GoToCell } from './pair/go-to-cell.tsx';
import { PairTables } from './pair/pair-tables.tsx';
import { picksSeveral } from './picks.ts';
import { said, saidOfPair } from './said.ts';
import { SentencePicture } from './sentence-picture.tsx';
import { axisOf, focus, isBefore, layers, reading } from './shown.ts';
import { Tables } from './tables.tsx';

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} class="stage-inner">
      <Above />
      {width > 0 && <Pictures width={width} />}
      <Live said={saidNow} />
      <GoToCell />
      <Tables />
      <PairTables />
    </div>
  );
}

/** How it stands with the answer, and what is in sight until it is there. */
function Above(): JSX.Element {
  const { value: whole } = sentence;
  const { value: mean } = meanOfPicked;
  const [layer] = layers.value;
  return (
    <div class="above">
      <Notice answered={whole.is === 'answered' && mean.is !== 'idle' ? mean : whole} idle="Type a sentence." />
      {isBefore.value && <p class="of-before">Still in sight: the answer before, of “{layer.asked.text}”.</p>}
      <button
        type="button"
        class="button several off-stage"
        aria-pressed={picksSeveral.value}
        onClick={() => {
          picksSeveral.value = !picksSeveral.value;
        }}
      >
        several words
      </button>
    </div>
  );
}

function Pictures({ width }: { width: number }): JSX.Element {
  const lines = useArrangement(width);
  const isScrolled = lines.isLong && lines.matrix === 'below' && !isOnStage.value;
  return (
    <div class={`pictures is-${lines.matrix}`} data-before={isBefore.value || undefined}>
      <div class={isScrolled ? 'text is-scrolled' : 'text'} data-picture>
        {isOnStage.value && layers.value.length > 1 && <HeadsLegend />}
        <SentencePicture lines={lines} />
      </div>
      <Matrices width={lines.matrixWidth} isStacked={lines.matrix === 'beside'} />
    </div>
  );
}

/** Elsewhere the heads are named beside the picture. */
function HeadsLegend(): JSX.Element {
  return (
    <ul class="heads-legend">
      {layers.value.map(({ title, paint }) => (
        <li key={title} style={{ '--own': `var(--${paint})` }}>
          {title}
        </li>
      ))}
    </ul>
  );
}

function saidNow(): string {
  const answer = reading.value;
  const [layer] = layers.value;
  if (answer === undefined || layer === undefined) return '';
  const { direction, sources, pair } = focus.value;
  if (pair !== undefined) {
    const weight = layer.grid.values[pair.query * layer.grid.columns + pair.key];
    const isHidden = answer.isHidden(pair.query, pair.key);
    return saidOfPair(answer.queries[pair.query], answer.keys[pair.key], isHidden ? undefined : weight);
  }
  const [own, others] = direction === 'looks-at' ? [answer.queries, answer.keys] : [answer.keys, answer.queries];
  return said(
    light(layer.grid, axisOf(focus.value), sources),
    direction,
    sources.map((source) => own[source]),
    others,
  );
}
