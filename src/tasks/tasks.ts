/** The contract between the pool and its threads: what one is asked, and what it answers. */
import type { Stage } from '../attention/plan.ts';
import type { Detail, Step, Subject } from '../attention/steps.ts';
import type { Tile } from '../attention/tile.ts';
import type { CutMessage } from '../codec/json/json-cut.ts';
import type { KernelName } from '../kernels/kernel.ts';
import type { Candidate, KernelChoice } from '../kernels/select.ts';
import type { AnswerPlan } from '../requests/answer.ts';
import type { RequestLimits } from '../requests/open-context.ts';
import type { Answered, Planned, RunOpened } from '../requests/opened.ts';
import type { ComputeRequest, Fault, TokenRequest, WrittenAnswer } from '../requests/request.ts';
import type { RunTask } from '../requests/request-runner.ts';
import type { Elsewhere, Tokenized, TokenSettings } from '../requests/tokens/token-runner.ts';
import type { TokenizeRest } from '../requests/tokens/tokenize-job.ts';
import type { Floats } from '../tensor/tensor.ts';
import type { TokenizerAbout } from '../text/tokenize/tokenizer.ts';
import type { Claims } from './claims.ts';

/** What every worker is told when it starts. */
export interface WorkerSettings {
  kernel: KernelChoice;
  /** Whether the build with relaxed SIMD may be chosen. */
  relaxedSimd: boolean;
  limits: RequestLimits;
  /** The table of word vectors: one copy for all threads. */
  vectors: SharedArrayBuffer;
  tokens: TokenSettings;
  /** [0]: how long a slice of computing may last now, in ms; the pool changes it with who waits. */
  slice: Int32Array;
  /** Of what this thread was given ahead: see tickets.ts. */
  tickets: Int32Array;
  /** How often all threads were asked to collect their garbage. */
  collections: Int32Array;
}

/** One hop to a worker. */
export type Task =
  /** `describes`: whether the tokenizers are asked for as well, which reads all of their files. */
  | { kind: 'hello'; describes: boolean }
  /** Read a body; when the whole computation is small, finish it in the same hop; when it `goesOn`, do a slice of it. */
  | { kind: 'open'; request: ComputeRequest; offered: readonly SharedArrayBuffer[]; goesOn: boolean }
  /** Run shards from `chain`, `from` on, claiming further chains of the stage, until the slice is over. */
  | ComputeTask
  | ({ kind: 'encode' } & Writing)
  /** Several small tasks, one after another until a slice is over; others are not reached. */
  | { kind: 'batch'; tasks: readonly Task[] }
  /** Nothing but what is asked of all threads between two tasks. */
  | { kind: 'collect' }
  /** Find the request inside a message. */
  | { kind: 'cut'; message: Uint8Array }
  /** Read a body for a run that is watched; when the whole computation is small, do it in the same hop. */
  | ({ kind: 'open-run' } & RunTask)
  /** Compute and write small steps; `stop[0]` other than 0 ends it between two of them. */
  | ({ kind: 'steps'; steps: readonly Step[]; stop: Int32Array } & StepWork)
  /** Write a step that `compute` tasks have computed. */
  | ({ kind: 'write-step'; step: Step; data: Floats } & StepWork)
  /** Write a tile of a matrix that `compute` tasks have computed; `data` is used up. */
  | TileWriting
  /** Read a body of text or tokens, and answer it as far as a slice goes. */
  | { kind: 'open-tokens'; request: TokenRequest }
  /** Go on with tokens until the slice is over. The rest moves with the task, and back with its result. */
  | { kind: 'tokenize'; rest: TokenizeRest };

/** Tasks that the thread was given while it did others; not done when their ticket is no longer valid. */
export interface Ahead {
  kind: 'ahead';
  tasks: readonly Task[];
  ticket: number;
}

export interface ComputeTask {
  kind: 'compute';
  stage: Stage;
  claims: Claims;
  chain: number;
  from: number;
  /** What the thread that ends the last chain writes at once. */
  writing?: Writing;
}

/** An answer to write. Its pieces may lie in `memory`, which holds the results. */
export interface Writing {
  answer: AnswerPlan;
  memory: readonly SharedArrayBuffer[];
}

export interface StepWork {
  /** The problems of the run; a step says which of them is its own. */
  subjects: readonly Subject[];
  detail: Detail;
  encoding: StepEncoding;
}

/** `float32`: the bare numbers, little-endian. */
export type TileFormat = 'json' | 'safetensors' | 'float32';

interface TileWriting {
  kind: 'write-tile';
  tile: Tile;
  data: Floats;
  dtype: 'float32' | 'float64';
  format: TileFormat;
  /** What is written beside the numbers, by name. */
  about: Readonly<Record<string, string>>;
}

/** `json`: the member `"data"` and the brace that ends a message. `binary`: the bare numbers, little-endian. */
export type StepEncoding = 'json' | 'binary';

export interface Hello {
  kernel: KernelName;
  /** Multiply-adds in about a millisecond of a thread. */
  shardCost: number;
  reason: string;
  candidates: Candidate[];
  tokenizers: TokenizerAbout[];
  /** What is wrong with files of tokenizers, each with its path; with any of them the service does not start. */
  tokenizerFaults: string[];
}

/** What an `open` task found out. */
export type Opened = Answered | OpenedHere;

/** A request that is planned, and what the same thread has done of it already. */
export interface OpenedHere extends Planned {
  begun?: Begun;
}

/** How far a thread has come with a request. */
export interface Begun {
  stagesOver: number;
  /** Of the stage after these, and the rest of a chain of it. */
  claims?: Claims;
  rest?: Advanced['rest'];
  encoded?: Encoded;
  /** Without the time to write the answer. */
  ms: number;
}

/** Where a slice of computing stopped: in the middle of a chain, or with no chain left to take. */
export interface Advanced {
  rest: { chain: number; from: number } | undefined;
  ms: number;
  /** The answer, when this was the last of it. Its time is not in `ms`. */
  encoded?: Encoded;
}

export interface Encoded extends WrittenAnswer {
  /** Which buffers of the task's memory the pieces lie in. */
  uses: number[];
  ms: number;
}

export interface EncodedStep {
  seq: number;
  /** How long it took to compute, in ms, beside the run's own computation. */
  ms: number;
  pieces: Uint8Array[];
}

/** What came of the tasks that were done, and the ms that each took. */
export interface Batch {
  done: readonly { outcome: Outcome<Result>; ms: number }[];
}

/** What each kind of task gives. */
interface Results {
  hello: Hello;
  open: Opened;
  compute: Advanced;
  encode: Encoded;
  collect: Record<string, never>;
  batch: Batch;
  cut: CutMessage;
  'open-run': RunOpened;
  /** Their bytes stand one behind the other in the only piece. */
  steps: { steps: { seq: number; ms: number; bytes: number }[]; pieces: Uint8Array[] };
  'write-step': EncodedStep;
  'write-tile': { pieces: Uint8Array[] };
  'open-tokens': Tokenized | Elsewhere;
  tokenize: Tokenized;
}
export type Completion = { [Kind in keyof Results]: { kind: Kind; result: Results[Kind] } }[keyof Results];
export type Result = Results[keyof Results];

/** Every task answers with its result, a fault in the request, or a bug of ours. */
export type Outcome<T> = ({ ok: T } | { fault: Fault } | { bug: { message: string; stack: string } }) & Spare;

/** Buffers that the worker has allocated and nobody uses any more, for requests to come. */
export interface Spare {
  spare?: readonly SharedArrayBuffer[];
}
