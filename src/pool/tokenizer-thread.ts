import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { TokenRequest } from '../requests/request.ts';
import type { Tokenized } from '../requests/tokens/token-runner.ts';
import { unwrap } from '../tasks/outcome.ts';
import type { Outcome } from '../tasks/tasks.ts';
import type { TokenizerOrder, TokenizerReport, TokenizerSettings } from '../tasks/tokenizer-thread.ts';
import { threadDeath } from './answer-job.ts';
import { unlessAborted } from './unless-aborted.ts';

interface Waiting {
  resolve(answer: Tokenized): void;
  reject(error: unknown): void;
}

/** The thread that has loaded one tokenizer. Its memory is given back when it ends. */
export class TokenizerThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** What is to be done once it has loaded; until then it has seen no request. */
  readonly #onLoaded = new Set<Pick<Waiting, 'reject'> & { resolve(): void }>();
  #hasLoaded = false;
  #working = 0;
  #next = 0;
  #ended = false;

  /** @param onDeath is told when it has ended without being asked to */
  constructor(settings: TokenizerSettings, onDeath: (error: unknown) => void) {
    // The compiled thread, whether this file runs from src/ or from dist/.
    const script = fileURLToPath(new URL('../../dist/worker/tokenizer-thread.js', import.meta.url));
    this.#worker = new Worker(script, { workerData: settings });
    this.#worker.on('message', (report: TokenizerReport) => {
      if (report.kind === 'loaded') this.#begin();
      else this.#settle(report.id, report.outcome);
    });
    let cause: unknown;
    this.#worker.once('error', (error) => (cause = error));
    this.#worker.once('exit', () => {
      if (this.#ended) return;
      onDeath(cause ?? new Error('the thread of a tokenizer has ended'));
      for (const { reject } of [...this.#waiting.values(), ...this.#onLoaded]) reject(threadDeath());
      this.#waiting.clear();
      this.#onLoaded.clear();
    });
  }

  /** How many requests it works on, or will when it has loaded. */
  get working(): number {
    return this.#working;
  }

  /**
   * Answers a request. The promise settles when the thread has nothing to do with it any more: at once where `signal` aborts
   * while it loads, and else when it has stopped.
   * @throws RequestError any fault in the request, `worker_died`
   */
  async answer(request: TokenRequest, signal: AbortSignal): Promise<Tokenized> {
    this.#working++;
    try {
      if (!this.#hasLoaded) await this.#loading(signal);
      return await this.#answer(request, signal);
    } finally {
      this.#working--;
    }
  }

  #loading(signal: AbortSignal): Promise<void> {
    return unlessAborted<void>(signal, (resolve, reject) => {
      const waiting = { resolve, reject };
      this.#onLoaded.add(waiting);
      return () => this.#onLoaded.delete(waiting);
    });
  }

  #begin(): void {
    this.#hasLoaded = true;
    for (const { resolve } of this.#onLoaded) resolve();
    this.#onLoaded.clear();
  }

  async #answer(request: TokenRequest, signal: AbortSignal): Promise<Tokenized> {
    const id = this.#next++;
    const stop = () => this.#order({ kind: 'stop', id });
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await new Promise<Tokenized>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#order({ kind: 'answer', id, request });
        if (signal.aborted) stop();
      });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }

  #order(order: TokenizerOrder): void {
    this.#worker.postMessage(order);
  }

  #settle(id: number, outcome: Outcome<Tokenized>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    try {
      waiting?.resolve(unwrap<Tokenized>(outcome));
    } catch (error) {
      waiting?.reject(error);
    }
  }
}
