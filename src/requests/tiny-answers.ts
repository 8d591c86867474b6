import type { Keeping } from '../codec/answer.ts';
import { NPZ_TYPE } from '../codec/media-type.ts';
import type { Payer } from '../limits/caller.ts';
import { isTokenRequest, type JobAnswer, type JobRequest, type Work } from './request.ts';
import { RequestRunner, type RunnerSettings } from './request-runner.ts';

export interface TinySettings extends RunnerSettings {
  /** Larger bodies are left to the threads. */
  mostBodyBytes: number;
  /** Takes what requests needed and nobody uses any more. */
  memory: { giveBack(buffers: Iterable<SharedArrayBuffer>): void };
}

/** What those who bring requests need of it. */
export type TinyLane = Pick<TinyAnswers, 'answer' | 'work'>;

/** Answers requests on the calling thread whose whole cost is less than that of handing them to another. */
export class TinyAnswers {
  readonly work: Work = { multiplyAdds: 0, kernelMs: 0 };
  readonly #runner: RequestRunner;
  readonly #settings: TinySettings;

  constructor(settings: TinySettings) {
    this.#runner = new RequestRunner(settings);
    this.#settings = settings;
  }

  /**
   * The answer to a tiny request; `undefined` for all others. Bodies and plans are bounded so that it takes well under a
   * millisecond.
   * @param keeping `lent`: the answer is read before the next one is asked for
   * @param payer whoever pays for it, if anybody does
   * @throws RequestError any fault in the request
   */
  answer(request: JobRequest, keeping: Keeping = 'copied', payer?: Payer): JobAnswer | undefined {
    if (request.body.byteLength > this.#settings.mostBodyBytes) return undefined;
    // Finding words costs more than a hop, and vocabularies are only in the workers.
    if (isTokenRequest(request) || (request.kind !== 'attention' && request.kind !== 'multi-head')) return undefined;
    // What an archive inflates to is known once it is read.
    if (request.contentType === NPZ_TYPE) return undefined;
    const answered = this.#runner.answerTiny(request, keeping);
    this.#settings.memory.giveBack(this.#runner.takeSpare());
    if (answered === undefined) return undefined;
    const { contentType, jsonBytes, pieces, decodeMs, computeMs, encodeMs, multiplyAdds } = answered;
    this.work.multiplyAdds += multiplyAdds;
    this.work.kernelMs += computeMs;
    payer?.pay(multiplyAdds);
    const timings = { decode: decodeMs, queue: 0, compute: computeMs, encode: encodeMs };
    return { contentType, jsonBytes, pieces, memory: [], timings };
  }
}
