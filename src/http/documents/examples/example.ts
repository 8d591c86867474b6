/**
 * Requests with their real answers, for the documentation; a test sends each and compares. What differs from machine to
 * machine (the kernel, ids of requests, /info) is only typical.
 */
export interface Example {
  name: string;
  summary: string;
  /** The JSON body; none for GET. */
  request?: unknown;
  status: number;
  /** The media type that is asked for; JSON unless it is said. */
  accept?: 'text/plain' | 'image/svg+xml';
  answer: unknown;
}
