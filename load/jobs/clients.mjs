// Clients that post jobs and see to their ends: none of them cares which replica it talks to, or that one is gone.
import { setTimeout as sleep } from 'node:timers/promises';
import { printOf } from './requests.mjs';

const CLIENTS = 6;
/** Each so many-th job is posted twice at once with its key. */
const TWICE_EVERY = 5;
const LOOK_MS = 500;
const LOOKS_AT_ONCE = 6;
/** A result is fetched once more so long after its end, in ms: a replica counts as dead for others after 6 s to 10 s. */
const AGAIN_MS = 12_000;

/** Posts `jobs` jobs, evenly over so many seconds. */
export async function postAll({ jobs, seconds, replicas, book, requestOf, callbackUrl }) {
  const start = performance.now();
  let next = 0;
  const post = async (index, request) => {
    const headers = { 'content-type': request.type, 'idempotency-key': `chaos-${index}` };
    const path = `/jobs?route=${request.route}&callback_url=${encodeURIComponent(callbackUrl)}`;
    const { status, bytes } = await replicas.ask(path, { method: 'POST', headers, body: request.body });
    if (status !== 202) throw new Error(`job ${index} (${request.name}) is answered ${status}: ${bytes}`);
    return JSON.parse(bytes.toString()).job;
  };
  const client = async () => {
    for (let index = next++; index < jobs; index = next++) {
      await sleep(start + (index / jobs) * seconds * 1000 - performance.now());
      const request = requestOf(index);
      const times = index % TWICE_EVERY === 0 ? 2 : 1;
      book.posted(index, request, await Promise.all(Array.from({ length: times }, () => post(index, request))));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Looks at all jobs until each has ended and was looked at again, or `isOver` says that it was long enough. */
export async function watchAll({ book, replicas, isOver }) {
  const look = async (job) => {
    const { status, bytes } = await replicas.ask(`/jobs/${job.id}`);
    if (status !== 200) return book.gone(job, status);
    if (!book.heard(JSON.parse(bytes.toString()))) return;
    const result = await replicas.ask(`/jobs/${job.id}/result`);
    if (result.status === 404) return book.gone(job, 404);
    job.prints.push(printOf(result.status, result.type, result.bytes));
    job.endSeen ??= performance.now();
  };
  const isDue = ({ gone, prints, endSeen }) =>
    gone === undefined && (prints.length === 0 || (prints.length === 1 && performance.now() - endSeen > AGAIN_MS));
  while (!isOver()) {
    const due = book.jobs.filter((job) => job !== undefined && isDue(job));
    const one = async () => {
      for (let job = due.pop(); job !== undefined; job = due.pop()) await look(job);
    };
    await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, one));
    await sleep(LOOK_MS);
  }
}
