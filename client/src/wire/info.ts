// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

/** What runs here. */
export interface Info {
  name: string;
  version: string;
  /** The version of Node.js. */
  node: string;
  kernel: {
    /** The kernel in use. */
    name: string;
    /** Why it was chosen. */
    reason: string;
    /** Each kernel that was tried at start, and what became of it. */
    candidates: {
      name: string;
      ok: boolean;
      detail: string;
    }[];
  };
  /** Threads that compute. */
  workers: number;
  load: {
    /** Threads that work now. */
    running: number;
    /** Requests that are computed or wait for it. */
    waiting: number;
    /** The bytes of their bodies. */
    waiting_bytes: number;
  };
  limits: {
    max_body_bytes: number;
    max_elements: number;
    max_output_bytes: number;
    max_text_bytes: number;
    max_queue: number;
    max_queue_bytes: number;
    deadline_ms: number;
  };
  uptime_seconds: number;
}
