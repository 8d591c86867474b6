/** Where tensors come in: files that are dropped or picked, and numbers that are pasted. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { form } from '../../../ask/tensors/asked.ts';
import { FileDrop } from '../../../controls/file-drop.tsx';
import { openFiles, paste } from './taking.ts';

export const ENDINGS = ['.npy', '.npz', '.safetensors', '.json', '.csv', '.txt'];

export function TakeIn(): JSX.Element {
  return (
    <>
      <FileDrop
        label="Drop tensors, or open some"
        hint=".npy, .npz, .safetensors, or text"
        endings={ENDINGS}
        onFile={(file) => void openFiles([file])}
        onFiles={(files) => void openFiles(files)}
      />
      <Paste />
    </>
  );
}

function Paste(): JSX.Element {
  const text = useSignal('');
  const role = useSignal('query');
  const fault = useSignal<string | undefined>(undefined);
  const roles = form.value?.roles ?? [];
  return (
    <form
      class="paste"
      onSubmit={(event) => {
        event.preventDefault();
        fault.value = paste(text.value, role.value);
        if (fault.value === undefined) text.value = '';
      }}
    >
      <label class="field" for="paste">
        <span class="label">Or paste numbers: JSON, CSV, as NumPy or PyTorch prints them</span>
        <textarea
          id="paste"
          rows={2}
          spellcheck={false}
          value={text.value}
          aria-describedby="paste-fault"
          aria-invalid={fault.value !== undefined}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
            fault.value = undefined;
          }}
        />
      </label>
      <div class="paste-as">
        <label class="field">
          <span class="label">as</span>
          <select
            value={role.value}
            onChange={({ currentTarget }) => {
              role.value = currentTarget.value;
            }}
          >
            {roles.map(({ path }) => (
              <option key={path} value={path}>
                {path}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button" disabled={text.value.trim() === ''}>
          Take them
        </button>
      </div>
      <p id="paste-fault" class="option-fault" role="alert">
        {fault.value}
      </p>
    </form>
  );
}
