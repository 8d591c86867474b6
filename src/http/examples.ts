/** Requests with their real answers, for the documentation; a test sends each and compares. Kernel names may differ. */
export interface Example {
  name: string;
  summary: string;
  /** The JSON body; none for GET. */
  request?: unknown;
  status: number;
  answer: unknown;
}

/** By path and method. */
export const examples: Record<string, Record<string, readonly Example[]>> = {};
