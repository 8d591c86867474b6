// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

/** What runs here. */
export interface Info {
  name: string;
  version: string;
  /** The version of Node.js. */
  node: string;
  /** What makes one service of several replicas: nothing, a Redis, or one that is away now. */
  sharing: 'none' | 'redis' | 'away';
  /** Null where replicas share nothing. */
  redis: RedisState | null;
  /** Who may use it: whoever reaches it, or whoever has a key or a token. */
  access: 'open' | 'keys' | 'jwt' | 'keys_and_jwt';
  kernel: KernelChoice;
  /** Threads that compute. */
  workers: number;
  load: Load;
  limits: ServerLimits;
  uptime_seconds: number;
}

/** What the Redis of the replicas is doing. */
export interface RedisState {
  /** Replicas that share it, this one included; as last heard while it is away. */
  replicas: number;
  /** What its last answer took; null while there is none. */
  round_trip_ms: number | null;
  /** Questions that it has not answered as it should, since the start. */
  failures: number;
  /** How often it was found again after it was lost. */
  reconnects: number;
  /** Whether callers are counted over all replicas now, or here alone, by the part of one replica. */
  limits: 'shared' | 'local';
  /** How often what a caller has taken was told to it. */
  limit_posts: number;
}

/** Which kernel computes here, and why. */
export interface KernelChoice {
  /** The kernel in use. */
  name: string;
  /** Why it was chosen. */
  reason: string;
  /** Each kernel that was tried at start, and what became of it. */
  candidates: KernelCandidate[];
}

export interface KernelCandidate {
  name: string;
  ok: boolean;
  detail: string;
}

/** What there is to do now. */
export interface Load {
  /** Threads that work now. */
  running: number;
  /** Requests that are computed or wait for it. */
  waiting: number;
  /** The bytes of their bodies. */
  waiting_bytes: number;
}

/** What a request may be, as the server was set. */
export interface ServerLimits {
  max_body_bytes: number;
  max_elements: number;
  max_output_bytes: number;
  max_text_bytes: number;
  max_queue: number;
  max_queue_bytes: number;
  max_run_bytes: number;
  step_cache_bytes: number;
  /** What those in bytes were made to fit into, unless they were set. */
  memory_bytes: number;
  deadline_ms: number;
  caller: CallerLimits;
}

/** What one caller may do that has no limits of its own; null = no bound. */
export interface CallerLimits {
  /** Requests a second. */
  request_rate: number | null;
  /** Requests at once, after a pause. */
  request_burst: number | null;
  /** Millions of multiply-adds a second; a byte of a body or an answer counts as 64. */
  work_rate: number | null;
  /** The same at once, after a pause. */
  work_burst: number | null;
  /** Requests that are computed, or wait for it, at once. */
  concurrency: number | null;
}
