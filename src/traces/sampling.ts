/** Which requests are recorded: those that their callers record, and of all others a part. */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  type IdGenerator,
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { TracesSetting } from './trace.ts';
import type { Traceparent } from './traceparent.ts';

const WORDS = 2 ** 32;

/**
 * Decides before a span is made: to make one that is not recorded takes the SDK a tenth of the time of a tiny request, and
 * so does an id that nobody sees.
 */
export class Sampling {
  readonly #isParentBased: boolean;
  /** The part of traces that is recorded where no caller decides. */
  readonly #ratio: number;
  /** The SDK's own, so that services with the same ratio record the same traces. */
  readonly #byTrace: TraceIdRatioBasedSampler;
  /** Below which an id folded to 32 bits is, as there. */
  readonly #bound: number;

  constructor({ tracesSampler, tracesSamplerRatio }: Pick<TracesSetting, 'tracesSampler' | 'tracesSamplerRatio'>) {
    this.#isParentBased = tracesSampler.startsWith('parentbased_');
    const rule = tracesSampler.replace('parentbased_', '');
    this.#ratio = rule === 'traceidratio' ? tracesSamplerRatio : Number(rule === 'always_on');
    this.#byTrace = new TraceIdRatioBasedSampler(this.#ratio);
    this.#bound = Math.floor(this.#ratio * (WORDS - 1));
  }

  /** Whether a request with a caller is recorded. */
  records({ traceId, isSampled }: Pick<Traceparent, 'traceId' | 'isSampled'>): boolean {
    return this.#isParentBased ? isSampled : this.recordsTrace(traceId);
  }

  /** Whether a trace is recorded where no caller decides. */
  recordsTrace(traceId: string): boolean {
    if (this.#ratio === 1) return true;
    return this.#byTrace.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  /** The id of a new trace; undefined for one that is not recorded. */
  newTrace(): string | undefined {
    const words = [random(), random(), random(), random()];
    const folded = (words[0] ^ words[1] ^ words[2] ^ words[3]) >>> 0;
    if (this.#ratio !== 1 && folded >= this.#bound) return undefined;
    // One without any bit would be no id.
    if (words.every((word) => word === 0)) return this.newTrace();
    return words.map((word) => word.toString(16).padStart(8, '0')).join('');
  }
}

/** 32 bits. */
const random = () => Math.floor(Math.random() * WORDS);

/** Gives the next trace the id that was decided on. */
export class DecidedIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: string | undefined;

  decide(traceId: string): void {
    this.#next = traceId;
  }

  generateTraceId(): string {
    const id = this.#next ?? this.#random.generateTraceId();
    this.#next = undefined;
    return id;
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}
