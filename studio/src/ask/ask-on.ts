/** A question that changes, and what is known of its answer: waits for a pause, gives up what is no longer wanted, remembers. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { SpotlightError } from 'spotlight-client';
import type { Answered } from './answered.ts';

/** A first question is asked at once; those that follow sooner than this wait for the last of them. */
const PAUSE_MS = 100;
/** How long to wait for a service that is away: at first, and at most. */
const RETRY_MS = 500;
const MOST_RETRY_MS = 4000;
/** Of 500 words and four heads an answer has 4 MB. */
const REMEMBERED = 12;

export function askOn<Question extends object, Answer>(
  question: () => Question | undefined,
  ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
): ReadonlySignal<Answered<Answer>> {
  const answered = signal<Answered<Answer>>({ is: 'idle' });
  const known = new Map<string, Answer>();
  let lastAsked = Number.NEGATIVE_INFINITY;
  let current: string | undefined;
  let end = () => {};

  const remember = (key: string, answer: Answer) => {
    known.delete(key);
    known.set(key, answer);
    for (const [oldest] of known) if (known.size > REMEMBERED) known.delete(oldest);
    answered.value = { is: 'answered', last: answer };
  };

  /** Asks until there is an answer or a refusal; nothing is told once `signal` is aborted. */
  async function pursue(asked: Question, key: string, signal: AbortSignal): Promise<void> {
    for (let wait = RETRY_MS; !signal.aborted; wait = Math.min(2 * wait, MOST_RETRY_MS)) {
      try {
        const answer = await ask(asked, signal);
        if (!signal.aborted) remember(key, answer);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const { last } = answered.peek();
        const isAway = error instanceof SpotlightError && (error.isTemporary || error.code === 'timed_out');
        if (!isAway) {
          if (!(error instanceof SpotlightError)) throw error;
          answered.value = { is: 'refused', problem: error, last };
          return;
        }
        answered.value = { is: 'lost', last };
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  effect(() => {
    const asked = question();
    const key = asked && JSON.stringify(asked);
    if (key === current) return;
    current = key;
    end();
    if (asked === undefined || key === undefined) {
      answered.value = { is: 'idle' };
      return;
    }
    const answer = known.get(key);
    if (answer !== undefined) {
      remember(key, answer);
      return;
    }
    const { last } = answered.peek();
    answered.value = { is: 'asking', last };
    const controller = new AbortController();
    const wait = performance.now() - lastAsked < PAUSE_MS ? PAUSE_MS : 0;
    lastAsked = performance.now();
    const timer = setTimeout(() => void pursue(asked, key, controller.signal), wait);
    end = () => {
      clearTimeout(timer);
      controller.abort();
    };
  });
  return answered;
}
