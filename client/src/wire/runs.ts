// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.
import type { Problem } from './problem.ts';

export interface Stepping {
  detail: Detail;
  /** Query rows of a tile; by default 16. */
  tile_rows?: number | null | undefined;
  /** Keys of a tile; by default a quarter of them, at most the 256 of a kernel. */
  tile_keys?: number | null | undefined;
}

/** What one step holds: a matrix, a head, a query row, or a tile of the online softmax. */
export type Detail = 'whole' | 'head' | 'row' | 'tile';

/** A computation whose steps can be watched. */
export interface Run {
  /** The run. */
  run: string;
  state: 'running' | 'finished' | 'failed';
  plan: Plan;
  viewers: number;
  created_at: string;
  /** When it is kept no longer; null while it is computed or watched. */
  expires_at: string | null;
  summary?: Summary | undefined;
  problem?: Problem | undefined;
}

/** What the steps of a run will be. */
export interface Plan {
  detail: Detail;
  /** How many steps the run has, before any filter. */
  steps: number;
  /** Which kernel computes. */
  kernel: string;
  scale: number;
  sizes: Sizes;
  /** With detail `tile`. */
  tile?: {
    rows: number;
    keys: number;
  } | undefined;
  words?: Words | undefined;
  /** Names of the queries, for requests that gave them. */
  query_labels?: string[] | undefined;
  /** Names of the keys, for requests that gave them. */
  key_labels?: string[] | undefined;
  /** Names of the query heads, for requests that gave them. */
  head_labels?: string[] | undefined;
  /** The number of the query to look at, for requests that named one. */
  focus?: number | undefined;
  /** The steps that apply, each with the shape of its first. */
  names: StepKind[];
}

/** The sizes of the problem. */
export interface Sizes {
  batch: number;
  heads: number;
  key_heads: number;
  queries: number;
  keys: number;
  head_dim: number;
  value_dim: number;
}

/** For requests of kind `text`. */
export interface Words {
  /** The queries: tokens of text. */
  tokens: string[];
  /** The keys, where they are those of a context. */
  context?: string[] | undefined;
  /** The names of the heads. */
  heads: string[];
}

export interface StepKind {
  name: StepName;
  shape: number[];
  formula: string;
  tex: string;
}

export type StepName = 'q' | 'k' | 'v' | 'attn_scores' | 'scaled' | 'softcapped' | 'biased' | 'masked' | 'tile_scores' | 'running_max' | 'rescale' | 'running_sum' | 'accumulator' | 'pattern' | 'z' | 'result';

/** What a run came to. */
export interface Summary {
  steps: number;
  stats: RunStatistics;
  /** In ms; compute is thread time. */
  timings: {
    decode: number;
    compute: number;
    total: number;
  };
}

/** Means over the rows of each head that see a key. */
export interface RunStatistics {
  /** By batch entry and head. */
  entropy: number[][];
  /** By batch entry and head. */
  max_weight: number[][];
  /** By batch entry and head. */
  effective_keys: number[][];
  /** By batch entry and head. */
  mean_distance: number[][];
}

/** What stands for a key or token, once, where no header can be set. */
export interface Ticket {
  /** For the parameter `ticket` of GET /runs/{id}/events and GET /attention/stream. */
  ticket: string;
  /** How long it can be used, once. */
  expires_in_seconds: number;
}
