/** What a sentence is asked with: the words, who may look at whom, the heads, how sharply. Views pick what they need of these. */
import type { JSX } from 'preact';
import { pickedHeads } from '../../ask/sentence-request.ts';
import { Choice } from '../../controls/choice.tsx';
import { Slider } from '../../controls/slider.tsx';
import { adjust, go, state } from '../../state/here.ts';
import { HEAD_TITLES, shownPaint } from './layers.ts';
import { headsToOffer } from './offered.ts';
import { toggleHead, type } from './picks.ts';
import { presets } from './presets.ts';

export function SentenceInput(): JSX.Element {
  return (
    <>
      <label class="field">
        <span class="label">Sentence</span>
        <textarea
          rows={1}
          value={state.value.text}
          spellcheck={false}
          onInput={(event) => type('text', event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="visually-hidden">Try another sentence</span>
        <select
          value=""
          onChange={(event) => {
            const preset = presets[Number(event.currentTarget.value)];
            event.currentTarget.value = '';
            go(preset.state);
          }}
        >
          <option value="" disabled hidden>
            Try another …
          </option>
          {presets.map(({ title }, i) => (
            <option key={title} value={i}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

export function ModeInput(): JSX.Element {
  const { context, mode } = state.value;
  return (
    <>
      <Choice
        name="mode"
        label="Looks at"
        value={mode}
        options={[
          { value: 'self', title: 'itself' },
          { value: 'causal', title: 'what came before (causal)' },
          { value: 'cross', title: 'another sentence' },
        ]}
        onChoose={(value) => go({ mode: value, pair: undefined })}
      />
      {mode === 'cross' && (
        <label class="field">
          <span class="visually-hidden">The other sentence</span>
          <textarea
            rows={1}
            value={context}
            spellcheck={false}
            onInput={(event) => type('context', event.currentTarget.value)}
          />
        </label>
      )}
    </>
  );
}

export function TemperatureInput(): JSX.Element {
  const { temperature } = state.value;
  return (
    <Slider
      label="Temperature"
      hint={temperature < 0.3 ? 'sharp' : temperature < 1.5 ? 'soft' : 'even'}
      value={temperature}
      least={0.01}
      most={10}
      onSlide={(value) => adjust('temperature', { temperature: value })}
    />
  );
}

export function SelfInput(): JSX.Element {
  const { excludeSelf, mode } = state.value;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={excludeSelf && mode !== 'cross'}
        disabled={mode === 'cross'}
        onChange={(event) => go({ excludeSelf: event.currentTarget.checked })}
      />
      <span>no word looks at itself</span>
    </label>
  );
}

/** @param isEach whether several heads have each its own color */
export function HeadsInput({ isEach }: { isEach: boolean }): JSX.Element {
  const picked = pickedHeads(state.value);
  return (
    <fieldset class="choice">
      <legend>Heads</legend>
      {headsToOffer(state.value).map((head) => (
        <label key={head}>
          <input
            type="checkbox"
            checked={picked.includes(head)}
            style={{ '--own': `var(--${isEach ? shownPaint(state.value, head) : 'light'})` }}
            onChange={() => toggleHead(head)}
          />
          <span>{HEAD_TITLES[head]}</span>
        </label>
      ))}
    </fieldset>
  );
}
