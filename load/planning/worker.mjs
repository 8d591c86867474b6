// The thread of these measurements: the parts of a worker of the service, each to be asked for by itself.
import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { writeAnswer } from '../../dist/requests/answer.js';
import { createOpener } from './opening.mjs';

/** Threads that only hand bytes over need no kernel. */
const opener = workerData.kernel && createOpener(workerData.kernel);

export default function work(task) {
  if (task.kind === 'echo') return answered([Uint8Array.of(task.body[0], task.body[task.body.length - 1])]);
  if (task.kind === 'bytes') return bytes(task);
  if (task.kind === 'requests') return task.requests.map((request) => answered(opener.answer(request).pieces));
  if (task.kind === 'whole') return answered(opener.answer(task.request, task.offered).pieces);
  if (task.kind === 'open') return opener.openForOthers(task.request, task.offered);
  if (task.kind === 'compute') return compute(task);
  if (task.kind === 'encode') return answered(writeAnswer(task.answer, 'in place').pieces);
  throw new Error(`no task ${task.kind}`);
}

/** What a worker answers with, see Opened in tasks/tasks.ts. */
function answered(pieces) {
  return { ok: { kind: 'answered', contentType: 'application/json', pieces, decodeMs: 0, computeMs: 0, encodeMs: 0 } };
}

/** A new array of as many bytes, moved or copied. */
function bytes({ bytes: count, isMoved }) {
  const piece = new Uint8Array(count).fill(1);
  const value = answered([piece]);
  return isMoved ? move({ [transferableSymbol]: [piece.buffer], [valueSymbol]: value }) : value;
}

/** All chains of a stage that nobody else takes, as worker/worker.ts does it. */
function compute({ stage, claims }) {
  for (;;) {
    const chain = Atomics.add(claims.state, 0, 1);
    if (chain >= claims.count) return;
    opener.shards.runChain(stage, chain, 0, () => false);
  }
}
