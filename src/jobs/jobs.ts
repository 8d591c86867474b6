/** What is asked of whoever keeps jobs: this process, or a Redis that replicas share. */
import type { Job, JobOrder, JobResult } from './job.ts';
import type { JobCounts } from './job-counts.ts';

/** A job as it was taken: new, or the one that its key stands for already. */
export interface Taken {
  job: Job;
  isNew: boolean;
}

export interface Jobs {
  /** Whether a job outlives the process that took it. */
  readonly isDurable: boolean;
  readonly counts: JobCounts;
  /**
   * Takes a job; when this resolves it will be computed. Its body is copied.
   * @throws RequestError `idempotency_key_reused`, `saturated`, `draining`, `sharing_unavailable`
   */
  take(order: JobOrder): Promise<Taken>;
  /** A job of `owner`. @throws RequestError `job_not_found`, `sharing_unavailable` */
  find(id: string, owner: string): Promise<Job>;
  /** @throws RequestError `job_not_found`, `job_not_done`, `job_cancelled`, `sharing_unavailable`, or why it failed */
  result(id: string, owner: string): Promise<JobResult>;
  /** Ends a job that has not ended, and forgets one that has. @throws RequestError `job_not_found`, `sharing_unavailable` */
  remove(id: string, owner: string): Promise<void>;
  /** Has `onChange` called whenever there is something new of a job. @returns what ends that */
  watch(id: string, onChange: () => void): () => void;
  /** Takes none any more, and lets go of those that are computed. */
  close(): Promise<void>;
}
