/** The picture of the sentence view: words in light, their matrix, the heads, and all of it in words. */
import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { sentence } from '../../ask/sentence.ts';
import { useWidth } from '../../controls/size.ts';
import { light } from '../../pictures/grid.ts';
import { Notice } from '../notice.tsx';
import { Matrices } from './matrices.tsx';
import { PairTables } from './pair/pair-tables.tsx';
import { said } from './said.ts';
import { SentencePicture } from './sentence-picture.tsx';
import { axisOf, focus, layers, reading } from './shown.ts';
import { Tables } from './tables.tsx';

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} class="stage-inner">
      <Notice answered={sentence.value} idle="Type a sentence." />
      {width > 0 && (
        <>
          <SentencePicture width={width} />
          <Matrices width={width} />
        </>
      )}
      <Live />
      <Tables />
      <PairTables />
    </div>
  );
}

/** A pointer that runs over many words would have all of them read out. */
const SETTLE_MS = 300;

function Live(): JSX.Element {
  const text = useComputed(() => {
    const answer = reading.value;
    const [layer] = layers.value;
    if (answer === undefined || layer === undefined) return '';
    const { direction, sources } = focus.value;
    const [own, others] = direction === 'looks-at' ? [answer.queries, answer.keys] : [answer.keys, answer.queries];
    return said(
      light(layer.grid, axisOf(focus.value), sources),
      direction,
      sources.map((source) => own[source]),
      others,
    );
  });
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  return (
    <p class="visually-hidden" role="status">
      {settled}
    </p>
  );
}
