/** What goes into the sentence view: the words, who may look at whom, and the heads. */
import type { JSX } from 'preact';
import { pickedHeads } from '../../ask/sentence-request.ts';
import { Choice } from '../../controls/choice.tsx';
import { go, state } from '../../state/here.ts';
import { HeadsInput, ModeInput, SelfInput, SentenceInput, TemperatureInput } from './inputs.tsx';

export function Rail(): JSX.Element {
  const { direction, combine } = state.value;
  return (
    <>
      <SentenceInput />
      <ModeInput />
      <Choice
        name="direction"
        label="Light falls on what"
        isRow
        value={direction}
        options={[
          { value: 'looks-at', title: 'it reads' },
          { value: 'looked-at', title: 'reads it' },
        ]}
        onChoose={(value) => go({ direction: value, pair: undefined })}
      />
      <HeadsInput isEach={combine === 'each'} />
      <Choice
        name="combine"
        label="Several heads as"
        isRow
        isDisabled={pickedHeads(state.value).length < 2}
        value={combine}
        options={[
          { value: 'each', title: 'each' },
          { value: 'mean', title: 'mean' },
          { value: 'max', title: 'max' },
        ]}
        onChoose={(value) => go({ combine: value })}
      />
      <TemperatureInput />
      <SelfInput />
    </>
  );
}
