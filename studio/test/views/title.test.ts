import { describe, expect, it } from 'vitest';
import { START } from '../../src/state/state.ts';
import { titleOf } from '../../src/views/title.ts';

describe('the title of the page', () => {
  it('says the sentence and the view', () => {
    expect(titleOf(START, 'Sentence')).toBe('The cat sat on the mat · Sentence · Spotlight');
    expect(titleOf({ ...START, mode: 'cross', text: 'Hello  world\n' }, 'Steps')).toBe(
      'Hello world → Bonjour monde · Steps · Spotlight',
    );
  });

  it('says the page of the lesson', () => {
    expect(titleOf({ ...START, view: 'lesson', lesson: 'three-words' }, 'Lesson')).toBe(
      'three words · Lesson · Spotlight',
    );
    expect(titleOf({ ...START, view: 'lesson' }, 'Lesson')).toBe('Lesson · Spotlight');
  });

  it('is short, and cuts no letter in two', () => {
    const [shown] = titleOf({ ...START, text: '😀'.repeat(500) }, 'Sentence').split(' · ');
    expect(shown).toBe(`${'😀'.repeat(47)}…`);
    expect(titleOf({ ...START, text: '' }, 'Sentence')).toBe('Sentence · Spotlight');
  });
});
