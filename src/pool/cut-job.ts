import type { CutMessage } from '../codec/json/json-cut.ts';
import type { Completion, Task } from '../tasks/tasks.ts';
import { Ending, type PoolJob } from './pool-job.ts';

/** Finds the request inside a message that is too long for the HTTP thread to look through. */
export class CutJob implements PoolJob<CutMessage> {
  readonly bodyBytes: number;
  readonly #message: Uint8Array;
  readonly #ending = new Ending<CutMessage>();
  #started = false;
  #running = 0;

  constructor(message: Uint8Array) {
    this.#message = message;
    this.bodyBytes = message.byteLength;
  }

  get result(): Promise<CutMessage> {
    return this.#ending.result;
  }

  get ended(): boolean {
    return this.#ending.ended;
  }

  get running(): number {
    return this.#running;
  }

  get wants(): 'nothing' | 'long' {
    return this.#started || this.ended ? 'nothing' : 'long';
  }

  take(): Task {
    this.#started = true;
    this.#running++;
    return { kind: 'cut', message: this.#message };
  }

  threadFreed(): void {
    this.#running--;
  }

  accept(completion: Completion): void {
    if (completion.kind === 'cut') this.#ending.resolve(completion.result);
  }

  fail(error: unknown): void {
    this.#ending.reject(error);
  }
}
