/** What goes into the film: the same sentence as in the first view, and how finely it is cut into steps. */
import type { JSX } from 'preact';
import { Choice } from '../../controls/choice.tsx';
import { go, state } from '../../state/here.ts';
import { HeadsInput, ModeInput, SelfInput, SentenceInput, TemperatureInput } from '../sentence/inputs.tsx';

export function Rail(): JSX.Element {
  const { detail } = state.value;
  return (
    <>
      <SentenceInput />
      <Choice
        name="detail"
        label="A step is"
        value={detail}
        options={[
          { value: 'whole', title: 'a whole matrix' },
          { value: 'head', title: 'a matrix, head by head' },
          { value: 'row', title: 'one word’s row' },
          { value: 'tile', title: 'a tile (as flash attention)' },
        ]}
        onChoose={(value) => go({ detail: value })}
      />
      <ModeInput />
      <HeadsInput isEach={false} />
      <TemperatureInput />
      <SelfInput />
    </>
  );
}
