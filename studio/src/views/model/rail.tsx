/** What goes into the model view: a file, how one is made, and how its tokens are shown. */
import type { JSX } from 'preact';
import { attentions, example, fault, opening, place } from '../../ask/model/opened.ts';
import { Choice } from '../../controls/choice.tsx';
import { FileDrop } from '../../controls/file-drop.tsx';
import { go, state } from '../../state/here.ts';
import { copy } from '../copy.tsx';
import { merge, openDropped, openExample, pickBatch } from './picks.ts';
import { PYTHON } from './python.ts';
import { pieces } from './shown.ts';
import { sizesText } from './told.ts';

const ENDINGS = ['.npz', '.npy', '.safetensors', '.json'];
const DIRECTIONS = [
  { value: 'looks-at', title: 'it reads' },
  { value: 'looked-at', title: 'reads it' },
] as const;

export function Rail(): JSX.Element {
  const { name, note } = attentions.value;
  const isExample = attentions.value === example;
  return (
    <>
      <FileDrop
        label="Drop attentions, or open a file"
        hint=".npz, .safetensors, .npy or .json; it stays in this page"
        endings={ENDINGS}
        onFile={openDropped}
      />
      {opening.value !== undefined && <p class="quiet">Opening {opening.value} …</p>}
      {fault.value !== undefined && (
        <div class="notice is-refused" role="alert">
          In “{fault.value.file}”: {fault.value.message}
        </div>
      )}
      <section>
        <p class="label">What is shown</p>
        <p class="dump-name">
          {isExample ? 'An example, by arithmetic' : name} <span class="quiet">{sizesText(attentions.value)}</span>
        </p>
        {note !== undefined && <p class="about">{note}</p>}
        {!isExample && (
          <button type="button" class="button" onClick={openExample}>
            The example again
          </button>
        )}
      </section>
      <Batch />
      <Choice
        name="direction"
        label="The light of a word falls on what"
        isRow
        options={DIRECTIONS}
        value={state.value.direction}
        onChoose={(direction) => go({ direction })}
      />
      {pieces.value !== undefined && (
        <label class="check">
          <input
            type="checkbox"
            checked={state.value.isMerged}
            onChange={({ currentTarget }) => merge(currentTarget.checked)}
          />
          <span>Parts of words as one word</span>
        </label>
      )}
      <section>
        <p class="label">A file is made by two lines of Python</p>
        <pre class="code">{PYTHON}</pre>
        <button type="button" class="button" onClick={() => void copy('two lines of Python', PYTHON)}>
          Copy them
        </button>
        <p class="about">
          After <code>out = model(ids, output_attentions=True)</code>. Layers × heads × queries × keys, or an array a
          layer; without tokens, numbers stand for words.
        </p>
      </section>
    </>
  );
}

function Batch(): JSX.Element | null {
  const { batch } = attentions.value;
  if (batch === 1) return null;
  return (
    <label class="field">
      <span class="label">Batch entry</span>
      <select value={place.value.batch} onChange={({ currentTarget }) => pickBatch(Number(currentTarget.value))}>
        {[...Array(batch).keys()].map((entry) => (
          <option key={entry} value={entry}>
            {entry}
          </option>
        ))}
      </select>
    </label>
  );
}
