import { describe, expect, it } from 'vitest';
import type { StepName } from '../../src/ask/film/frame.ts';
import { scoreSymbol, scoresBefore } from '../../src/views/steps/score-formulas.tsx';
import type { Scene } from '../../src/views/steps/shown.ts';

/** As far as a formula's letters ask a scene. */
const settingOf = (...names: StepName[]) => ({
  scene: { plan: { names: names.map((name) => ({ name, shape: [] })) } } as unknown as Scene,
});

describe('the letter of a score', () => {
  it('has a prime for each step that changed it', () => {
    const setting = settingOf('attn_scores', 'scaled', 'biased', 'masked');
    const names = ['attn_scores', 'scaled', 'biased', 'masked'] as const;
    expect(names.map((name) => scoreSymbol(setting, name))).toEqual(['s', 's′', 's″', 's‴']);
  });

  it('is in the softmax that of the score that there is, where nothing is masked', () => {
    const setting = settingOf('attn_scores', 'scaled', 'pattern');
    expect(scoreSymbol(setting, scoresBefore(setting, 'pattern'))).toBe('s′');
  });
});
