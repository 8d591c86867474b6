import { describe, expect, it } from 'vitest';
import { filmQuestion } from '../../src/ask/film/film-question.ts';
import { changed, START } from '../../src/state/state.ts';

describe('the film of a state', () => {
  it('is a run of the sentence, with the heads that are picked', () => {
    expect(filmQuestion(START)).toEqual({
      is: 'started',
      request: { kind: 'text', text: START.text, heads: ['semantic'], temperature: 0.1, exclude_self: true },
      stepping: { detail: 'whole' },
    });
  });

  it('has small tiles of a short sentence, so that there are several', () => {
    expect(filmQuestion({ ...START, detail: 'tile' })).toMatchObject({ stepping: { detail: 'tile', tile_rows: 4 } });
    const long = filmQuestion({ ...START, detail: 'tile', text: 'word '.repeat(200) });
    expect(long).toMatchObject({ stepping: { detail: 'tile' } });
    expect(long).not.toHaveProperty('stepping.tile_rows');
  });

  it('is the run that a link names, until the sentence becomes another', () => {
    const state = { ...START, run: 'abc', step: 7 };
    expect(filmQuestion(state)).toEqual({ is: 'watched', run: 'abc' });
    expect(filmQuestion(changed(state, { locked: [1], step: 8 }))).toEqual({ is: 'watched', run: 'abc' });
    const other = changed(state, { text: 'red blue' });
    expect(other).toMatchObject({ run: undefined, step: 0 });
    expect(filmQuestion(other)).toMatchObject({ is: 'started' });
    expect(changed(state, { heads: [...START.heads] }).run).toBe('abc');
    expect(changed(state, { detail: 'row', run: 'def', step: 3 })).toMatchObject({ run: 'def', step: 3 });
  });

  it('is none where there are no words', () => {
    expect(filmQuestion({ ...START, text: '' })).toBeUndefined();
  });
});
