// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.
import type { Detail, Plan, StepName, Summary } from './runs.ts';
import type { ExtendedMatrix, ExtendedNumber, ExtendedTensor3, ExtendedTensor4, ExtendedVector } from './attention.ts';
import type { Problem } from './problem.ts';

export type ClientMessage = {
  type: 'hello';
  /** A key or token, for servers that ask for one; none with a ticket or an Authorization header. */
  token?: string | null | undefined;
  /** How the numbers of steps are sent. By default "json". */
  encoding?: 'json' | 'binary' | null | undefined;
} | {
  type: 'start';
  /** The subscription, in a name that the client chose. */
  id: string;
  request: {
    /** The route whose body this is. */
    kind: 'attention' | 'multi-head' | 'text';
    [name: string]: unknown;
  };
  detail: Detail;
  /** Query rows of a tile; by default 16. */
  tile_rows?: number | null | undefined;
  /** Keys of a tile; by default a quarter of them, at most the 256 of a kernel. */
  tile_keys?: number | null | undefined;
  only?: Only | null | undefined;
  /** Steps that may be sent; only `step` messages cost credits. */
  credits: number;
  /** By default false. */
  paused?: boolean | null | undefined;
} | {
  type: 'watch';
  /** The subscription, in a name that the client chose. */
  id: string;
  /** The run. */
  run: string;
  /** The last step that was seen. By default 0. */
  after?: number | null | undefined;
  only?: Only | null | undefined;
  /** Steps that may be sent; only `step` messages cost credits. */
  credits: number;
  /** By default false. */
  paused?: boolean | null | undefined;
} | {
  type: 'credit';
  /** The subscription, in a name that the client chose. */
  id: string;
  n: number;
} | {
  type: 'pause';
  /** The subscription, in a name that the client chose. */
  id: string;
} | {
  type: 'resume';
  /** The subscription, in a name that the client chose. */
  id: string;
} | {
  type: 'step';
  /** The subscription, in a name that the client chose. */
  id: string;
} | {
  type: 'seek';
  /** The subscription, in a name that the client chose. */
  id: string;
  /** The next step to see, forwards or backwards. */
  to: number;
} | {
  type: 'speed';
  /** The subscription, in a name that the client chose. */
  id: string;
  /** null: as fast as credits allow. */
  steps_per_second: number | null;
} | {
  type: 'cancel';
  /** The run. */
  run: string;
} | {
  type: 'unwatch';
  /** The subscription, in a name that the client chose. */
  id: string;
} | {
  type: 'ping';
  t?: number | string | null | undefined;
};

/** A filter at the source: what it leaves out is not computed for this viewer. */
export interface Only {
  /** By name. */
  steps?: StepName[] | null | undefined;
  /** By query head, with the key heads it reads; with `whole` only for texts. */
  heads?: number[] | null | undefined;
  /** By query row; only with detail `row` and `tile`. */
  rows?: number[] | null | undefined;
}

export type ServerMessage = {
  type: 'welcome';
  session: string;
  protocol: 'spotlight.v1';
  limits: Limits;
  /** How often the server pings. */
  heartbeat_ms: number;
} | {
  type: 'started';
  /** The subscription, in a name that the client chose. */
  id: string;
  /** The subscription in binary frames. */
  index: number;
  /** The run. */
  run: string;
  plan: Plan;
  /** Until when the run is kept at least, if the server has room. */
  expires_at: string;
} | {
  type: 'step';
  /** The subscription, in a name that the client chose. */
  id: string;
  /** The run. */
  run: string;
  /** 1, 2, 3 … of the run, before any filter. */
  seq: number;
  name: StepName;
  batch?: number | undefined;
  /** The query head; for k and v the key head. */
  head?: number | undefined;
  row?: number | undefined;
  /** The rows of a tile, end exclusive. */
  rows?: [number, number] | undefined;
  /** The tile, and its keys, end exclusive. */
  tile?: {
    index: number;
    keys: [number, number];
  } | undefined;
  shape: number[];
  formula: string;
  tex: string;
  /** Thread time that computing it took; steps of a tile are computed together, with the first. */
  ms: number;
  data?: StepNumbers | undefined;
  /** The numbers are in the next binary frame. */
  binary?: true | undefined;
} | {
  type: 'progress';
  /** The subscription, in a name that the client chose. */
  id: string;
  /** Steps that are behind this viewer, seen or filtered away. */
  done: number;
  total: number;
} | {
  type: 'done';
  /** The subscription, in a name that the client chose. */
  id: string;
  /** The run. */
  run: string;
  /** The number of a step: 1, 2, 3 … of its run, before any filter. */
  seq: number;
  summary: Summary;
} | {
  type: 'error';
  /** The subscription, in a name that the client chose. */
  id?: string | undefined;
  problem: Problem;
} | {
  type: 'pong';
  t?: number | string | undefined;
} | {
  type: 'goodbye';
  reconnect_after_ms: number;
};

/** What one connection may do. */
export interface Limits {
  /** The longest message; beyond: 1009. Only `start` may be longer than 64 KiB. */
  message_bytes: number;
  /** Of one connection; beyond: 4429. Those that are done do not count. */
  subscriptions: number;
  /** Unfinished or watched runs that one connection started; beyond: 4429. */
  runs: number;
  /** That a viewer may have at once. */
  credits: number;
  /** Sustained; beyond: 4429. */
  messages_per_second: number;
  /** At once; beyond: 4429. */
  message_burst: number;
  /** Until hello; later: 4408. */
  hello_ms: number;
  /** Without a message or a step; then: 1000. */
  idle_ms: number;
  /** Without reading; then: 4499. */
  stall_ms: number;
  /** How long a finished run is kept after its last viewer left. */
  run_ttl_ms: number;
}

/** Nested arrays of the shape of the step; −∞ is "-Infinity". A step that float32 cannot hold has numbers of float64. */
export type StepNumbers = ExtendedNumber | ExtendedVector | ExtendedMatrix | ExtendedTensor3 | ExtendedTensor4;
