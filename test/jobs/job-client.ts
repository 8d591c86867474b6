/** What tests ask of jobs over HTTP. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDocument } from '../../src/jobs/job-document.ts';

export const ENDS = ['done', 'failed', 'cancelled'];

export interface Posted {
  status: number;
  headers: Headers;
  job: JobDocument;
}

/** A problem that takes about `seconds` on a slow kernel: `length` queries and keys of 64 numbers, by a plain rule. */
export function problemOf(length: number, more: object = {}): string {
  const rows = (step: number) =>
    Array.from({ length }, (_, i) => Array.from({ length: 64 }, (_, j) => ((i * 31 + j * step) % 17) / 17 - 0.5));
  return JSON.stringify({ query: rows(7), key: rows(5), value: rows(3), ...more });
}

export async function postJob(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  {
    route = '/attention',
    headers = {},
    query = '',
  }: { route?: string; headers?: Record<string, string>; query?: string } = {},
): Promise<Posted> {
  const answer = await fetch(`${url}/jobs?route=${route}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, headers: answer.headers, job: (await answer.json()) as JobDocument };
}

export async function jobAt(url: string, id: string): Promise<JobDocument> {
  return (await (await fetch(`${url}/jobs/${id}`)).json()) as JobDocument;
}

/** Waits until a job has ended, whoever is away meanwhile; asks any of several servers. */
export async function ended(urls: readonly string[], id: string): Promise<JobDocument> {
  for (let i = 0; ; i++) {
    const job = await jobAt(urls[i % urls.length], id).catch(() => undefined);
    if (job !== undefined && ENDS.includes(job.state)) return job;
    await sleep(20);
  }
}

export async function resultOf(
  url: string,
  id: string,
): Promise<{ status: number; type: string | null; bytes: Buffer }> {
  const answer = await fetch(`${url}/jobs/${id}/result`);
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}
