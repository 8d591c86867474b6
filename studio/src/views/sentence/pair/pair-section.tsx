/** The arithmetic of one weight: q and k number by number, from their sum to the weight, and what it adds. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { headOfPair } from '../../../ask/row-request.ts';
import { pickedHeads } from '../../../ask/sentence-request.ts';
import { BarsPicture } from '../../../controls/bars-picture.tsx';
import { Choice } from '../../../controls/choice.tsx';
import { unit, useWidth } from '../../../controls/size.ts';
import { type BarRow, rangeOf } from '../../../pictures/bars.ts';
import { plain } from '../../../pictures/figures.ts';
import { go, state } from '../../../state/here.ts';
import { Notice } from '../../notice.tsx';
import { HEAD_TITLES } from '../layers.ts';
import { linesOf } from './lines.ts';
import { rowSteps, type Worked, worked } from './worked.ts';

export function PairSection(): JSX.Element | null {
  const { ref, width } = useWidth<HTMLElement>();
  const now = worked.value;
  const { value: answered } = rowSteps;
  if (answered.is === 'idle' && now === undefined) return null;
  return (
    <section
      ref={ref}
      class="arithmetic"
      aria-label="The arithmetic of a pair"
      aria-busy={answered.is === 'asking' || answered.is === 'idle'}
    >
      {answered.is !== 'answered' && answered.is !== 'idle' && <Notice answered={answered} idle="" />}
      {now !== undefined && width > 0 && <Arithmetic worked={now} width={width} />}
    </section>
  );
}

function Arithmetic({ worked, width }: { worked: Worked; width: number }): JSX.Element {
  return (
    <>
      <p class="label">
        {worked.queryWord} → {worked.keyWord}, number by number
      </p>
      <HeadOfPair />
      <Products worked={worked} width={width} />
      <ol class="lines">
        {linesOf(worked).map(({ does, formula, result }) => (
          <li key={does}>
            <span class="does">{does}</span>
            <span class="result">{result}</span>
            <span class="formula">{formula}</span>
          </li>
        ))}
      </ol>
      <Added worked={worked} width={width} />
    </>
  );
}

function HeadOfPair(): JSX.Element | null {
  const picked = pickedHeads(state.value);
  if (picked.length < 2) return null;
  return (
    <Choice
      name="pair-head"
      label="in the head"
      value={headOfPair(state.value)}
      options={picked.map((head) => ({ value: head, title: HEAD_TITLES[head] }))}
      onChoose={(pairHead) => go({ pairHead })}
    />
  );
}

function Products({ worked, width }: { worked: Worked; width: number }): JSX.Element {
  const { query, key, products, queryWord, keyWord } = worked;
  const rows = useMemo((): BarRow[] => {
    const range = rangeOf(query, key);
    return [
      { label: `q of “${queryWord}”`, values: query, range, height: 28, paint: 'text' },
      { label: `k of “${keyWord}”`, values: key, range, height: 28, paint: 'text' },
      { label: 'q × k', values: products, range: rangeOf(products), height: 44, paint: 'light' },
    ];
  }, [query, key, products, queryWord, keyWord]);
  const told = (i: number) => `${plain(query[i])} × ${plain(key[i])} = ${plain(products[i])}`;
  return <Bars label="q times k, number by number" rows={rows} width={width} of={products} told={told} />;
}

function Added({ worked, width }: { worked: Worked; width: number }): JSX.Element {
  const { weight, value, added, output, queryWord, keyWord } = worked;
  const rows = useMemo((): BarRow[] => {
    const range = rangeOf(added, output);
    return [
      { label: `${plain(weight)} × v of “${keyWord}”`, values: added, range, height: 28, paint: 'light' },
      { label: `output of “${queryWord}”, the sum of all`, values: output, range, height: 28, paint: 'text' },
    ];
  }, [weight, added, output, queryWord, keyWord]);
  const told = (i: number) => `${plain(weight)} × ${plain(value[i])} = ${plain(added[i])}`;
  const more = (i: number) => `of ${plain(output[i])} in all`;
  return (
    <Bars
      label="What it adds to the output, number by number"
      rows={rows}
      width={width}
      of={added}
      told={told}
      more={more}
    />
  );
}

/** Bars, and a line that tells one of them: that under the pointer, else the largest. */
function Bars(given: {
  label: string;
  rows: readonly BarRow[];
  width: number;
  of: Float64Array;
  told(index: number): string;
  more?(index: number): string;
}): JSX.Element {
  const { of, told, more, ...picture } = given;
  const pointed = useSignal<number | undefined>(undefined);
  const at = pointed.value !== undefined && pointed.value < of.length ? pointed.value : largest(of);
  return (
    <div class="one-by-one">
      <BarsPicture
        {...picture}
        unit={unit.value}
        at={at}
        told={more === undefined ? told(at) : `${told(at)}, ${more(at)}`}
        onPoint={(index) => {
          pointed.value = index;
        }}
      />
      <p class="told">
        <span class="number">{at + 1}</span> {told(at)}
      </p>
      {more !== undefined && <p class="told is-more">{more(at)}</p>}
    </div>
  );
}

const largest = (values: Float64Array) =>
  values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]) ? i : best), 0);
