/** Which matrix: what it is of, its step and head, and how it is drawn. */
import type { JSX } from 'preact';
import { place, source } from '../../ask/matrix/current.ts';
import { given } from '../../ask/matrix/source.ts';
import { Choice } from '../../controls/choice.tsx';
import { linkTo, state } from '../../state/here.ts';
import { MATRIX_SIZES } from '../../state/state.ts';
import { HeadInputs } from '../patterns/head-inputs.tsx';
import { choose } from './picks.ts';
import { scaleOf } from './shown.ts';

const TITLES: Readonly<Record<string, string | undefined>> = {
  attn_scores: 'scores: q·k',
  scaled: 'scaled',
  softcapped: 'softcapped',
  biased: 'with bias',
  masked: 'masked',
  pattern: 'pattern: the weights',
};

export function Rail(): JSX.Element {
  const { of, size, by, scale } = state.value.matrix;
  const isGiven = given.value !== undefined;
  const sources = [
    { value: 'sentence' as const, title: 'the sentence' },
    { value: 'made' as const, title: 'made-up numbers' },
    ...(isGiven ? [{ value: 'given' as const, title: given.value?.title ?? '' }] : []),
  ];
  const [here, how] = [source.value, place.value];
  return (
    <>
      <Choice
        name="matrix-of"
        label="What it is of"
        options={sources}
        value={of === 'given' && !isGiven ? 'sentence' : of}
        onChoose={(value) => choose({ of: value })}
      />
      {of === 'made' && (
        <Choice
          name="matrix-size"
          label="Queries, and keys"
          isRow
          options={MATRIX_SIZES.map((one) => ({ value: String(one), title: one.toLocaleString('en') }))}
          value={String(size)}
          onChoose={(value) => choose({ size: MATRIX_SIZES.find((one) => String(one) === value) ?? size })}
        />
      )}
      <p class="about">
        Your own: give numbers in <a href={linkTo({ view: 'tensors' })}>Tensors</a>, and open them here.
      </p>
      {here !== undefined && how !== undefined && (
        <>
          <Choice
            name="matrix-step"
            label="Matrix"
            options={here.steps.map((value) => ({ value, title: TITLES[value] ?? value }))}
            value={how.step}
            onChoose={(step) => choose({ step })}
          />
          {here.heads * here.batch > 1 && (
            <HeadInputs
              counts={{ batch: here.batch, heads: here.heads }}
              place={{ batch: how.batch, head: how.head, cell: undefined }}
              onChange={({ batch, head }) => choose({ batch, head })}
            />
          )}
          <Choice
            name="matrix-by"
            label="Many cells in one pixel"
            isRow
            options={[
              { value: 'max', title: 'the largest' },
              { value: 'mean', title: 'their mean' },
            ]}
            value={by}
            onChoose={(value) => choose({ by: value })}
          />
          <Choice
            name="matrix-scale"
            label="Colors"
            isRow
            options={[
              { value: 'linear', title: 'linear' },
              { value: 'log', title: 'logarithmic' },
            ]}
            value={scaleOf(how.step) === 'signed' ? 'linear' : scale}
            isDisabled={scaleOf(how.step) === 'signed'}
            onChoose={(value) => choose({ scale: value })}
          />
        </>
      )}
    </>
  );
}
