import { signal } from '@preact/signals';
import { SpotlightError } from 'spotlight-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askOn } from '../../src/ask/ask-on.ts';

interface Question {
  word: string;
}

describe('asking on', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('answers, and keeps the last answer in sight while it asks the next', async () => {
    const question = signal<Question>({ word: 'cat' });
    const answered = askOn(
      () => question.value,
      async ({ word }) => word.length,
    );
    expect(answered.value).toEqual({ is: 'asking', last: undefined });
    await vi.runAllTimersAsync();
    expect(answered.value).toEqual({ is: 'answered', last: 3 });
    question.value = { word: 'mouse' };
    expect(answered.value).toEqual({ is: 'asking', last: 3 });
    await vi.runAllTimersAsync();
    expect(answered.value).toEqual({ is: 'answered', last: 5 });
  });

  it('asks once for what is typed in one go, and gives up what is no longer wanted', async () => {
    const question = signal<Question>({ word: 'a' });
    const asked: string[] = [];
    const given: AbortSignal[] = [];
    askOn(
      () => question.value,
      async ({ word }, signal) => {
        asked.push(word);
        given.push(signal);
        return word;
      },
    );
    await vi.advanceTimersByTimeAsync(1);
    for (const word of ['ab', 'abc', 'abcd']) question.value = { word };
    await vi.runAllTimersAsync();
    expect(asked).toEqual(['a', 'abcd']);
    expect(given[0].aborted).toBe(true);
  });

  it('remembers', async () => {
    const question = signal<Question>({ word: 'a' });
    let count = 0;
    const answered = askOn(
      () => question.value,
      async ({ word }) => `${word}${++count}`,
    );
    await vi.runAllTimersAsync();
    question.value = { word: 'b' };
    await vi.runAllTimersAsync();
    question.value = { word: 'a' };
    expect(answered.value).toEqual({ is: 'answered', last: 'a1' });
  });

  it('says that the service is away, and comes back with it', async () => {
    let isAway = true;
    const answered = askOn(
      () => ({ word: 'cat' }),
      async ({ word }) => {
        if (isAway) throw new SpotlightError('connection_failed', 'nobody is there');
        return word;
      },
    );
    await vi.advanceTimersByTimeAsync(1000);
    expect(answered.value).toEqual({ is: 'lost', last: undefined });
    isAway = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(answered.value).toEqual({ is: 'answered', last: 'cat' });
  });

  it('tells what is wrong with a question, once', async () => {
    const problem = new SpotlightError('text_too_long', 'too long', { status: 413 });
    let count = 0;
    const answered = askOn(
      () => ({ word: 'cat' }),
      async () => {
        count++;
        throw problem;
      },
    );
    await vi.runAllTimersAsync();
    expect(answered.value).toEqual({ is: 'refused', problem, last: undefined });
    expect(count).toBe(1);
  });

  it('has nothing to ask of nothing', () => {
    expect(
      askOn(
        () => undefined,
        async () => 1,
      ).value,
    ).toEqual({ is: 'idle' });
  });
});
