/** What goes into a diagnosis: a file, how one is made, or the example. */
import type { JSX } from 'preact';
import { dump, example } from '../../ask/diagnose/diagnosed.ts';
import { bytesOf, ENDINGS } from '../../ask/diagnose/dump.ts';
import { FileDrop } from '../../controls/file-drop.tsx';
import { copy } from '../copy.tsx';
import { openExample, openFile } from './picks.ts';

/** As q, k, v and o are called in half of all code; whatever else was asked for stands beside them by its name. */
const PYTHON = `import numpy as np
np.savez("dump.npz", query=q, key=k, value=v, is_causal=True, expected_output=o)`;

export function Rail(): JSX.Element {
  const { name, body } = dump.value;
  const isExample = dump.value === example;
  return (
    <>
      <FileDrop
        label="Drop a dump, or open one"
        hint=".npz, .safetensors or .json"
        endings={ENDINGS}
        onFile={openFile}
      />
      <section>
        <p class="label">What is shown</p>
        <p class="dump-name">
          {isExample ? 'An example: a causal corner' : name} <span class="quiet">{bytesOf(body.size)}</span>
        </p>
        {!isExample && (
          <button type="button" class="button" onClick={openExample}>
            The example again
          </button>
        )}
      </section>
      <section>
        <p class="label">A dump is made by two lines of Python</p>
        <pre class="code">{PYTHON}</pre>
        <button type="button" class="button" onClick={() => void copy('two lines of Python', PYTHON)}>
          Copy them
        </button>
        <p class="about">
          What went in, each option by its name, and what your code gave. Also expected_weights, expected_lse and
          expected_scores. A field of <a href="docs">POST /attention</a> is one here.
        </p>
      </section>
    </>
  );
}
