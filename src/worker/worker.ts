/**
 * What runs in each worker thread: it owns one kernel and does all that costs time, from reading bytes to writing them.
 * A task never throws: it answers with its result, a fault in the request, or a bug.
 */
import { setImmediate } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { cutRequest } from '../codec/json/json-cut.ts';
import { selectKernel } from '../kernels/select.ts';
import { RequestRunner } from '../requests/request-runner.ts';
import { TokenRunner } from '../requests/tokens/token-runner.ts';
import { Collector } from '../tasks/collection.ts';
import type { Ahead, Batch, Hello, Opened, Outcome, Result, Task, WorkerSettings } from '../tasks/tasks.ts';
import { Tickets } from '../tasks/tickets.ts';
import { describeFiles } from '../text/hugging-face/about.ts';
import { aboutBuiltIn } from '../text/tokenize/tokenizer-set.ts';
import { VectorTable } from '../text/vectors/table.ts';
import { faultOf } from './fault.ts';
import { heavy } from './heavy.ts';
import { encode, StageWork } from './stage-work.ts';
import { computeSteps, writeStep } from './step-tasks.ts';
import { writeTile } from './write-tile.ts';

/** How long a slice of making tokens lasts before the thread asks for its next task, in ms. */
const TOKEN_SLICE_MS = 4;
/** How long a thread works on tasks that share a hop, in ms: all of them are answered together. */
const BATCH_MS = 2;

const settings = workerData as WorkerSettings;
const selection = selectKernel(settings.kernel, settings.relaxedSimd);
const collector = new Collector(settings.collections);
const runner = new RequestRunner({ ...selection, limits: settings.limits, vectors: new VectorTable(settings.vectors) });
const stageWork = new StageWork(runner.shards, settings.slice);
const tickets = new Tickets(settings.tickets);
const tokens = new TokenRunner({ ...settings.limits, ...settings.tokens }, TOKEN_SLICE_MS);

export default function work(task: Task | Ahead): unknown {
  if (task.kind === 'hello') return greet(task.describes);
  return task.kind === 'ahead' ? workAhead(task) : workNow(task);
}

async function greet(describes: boolean): Promise<Outcome<Hello>> {
  const { kernel, reason, candidates } = selection;
  try {
    const { abouts, faults } = await describeFiles(describes ? settings.tokens.files : []);
    const tokenizers = describes ? [...aboutBuiltIn(), ...abouts] : [];
    return {
      ok: { kernel: kernel.name, shardCost: kernel.shardCost, reason, candidates, tokenizers, tokenizerFaults: faults },
    };
  } catch (error) {
    return faultOf(error);
  }
}

async function workAhead({ tasks, ticket }: Ahead): Promise<unknown> {
  // The answer to the task before is sent first, although both may have been read from the port together.
  await setImmediate();
  return workNow({ kind: 'batch', tasks: tickets.take(ticket) ? tasks : [] });
}

function workNow(task: Task): unknown {
  collector.collectIfAsked();
  const outcome = outcomeOf(task);
  return transferred(outcome, buffersIn(outcome));
}

function outcomeOf(task: Task): Outcome<Result> {
  let outcome: Outcome<Result>;
  try {
    outcome = { ok: perform(task) };
  } catch (error) {
    outcome = faultOf(error);
  }
  const spare = runner.takeSpare();
  if (spare.length > 0) outcome.spare = spare;
  return outcome;
}

/** Does tasks until a slice is over. */
function batch(tasks: readonly Task[]): Batch {
  const done: { outcome: Outcome<Result>; ms: number }[] = [];
  let total = 0;
  for (const task of tasks) {
    const start = performance.now();
    const outcome = outcomeOf(task);
    const ms = performance.now() - start;
    done.push({ outcome, ms });
    total += ms;
    if (total >= BATCH_MS) break;
  }
  return { done };
}

/** The buffers of an outcome that move with it. */
function buffersIn(outcome: Outcome<Result>): ArrayBufferLike[] {
  if (!('ok' in outcome)) return [];
  const { ok } = outcome;
  if ('done' in ok) return ok.done.flatMap((one) => buffersIn(one.outcome));
  const encoded = 'encoded' in ok ? ok.encoded : 'begun' in ok ? ok.begun?.encoded : undefined;
  if (encoded !== undefined) return heavy(encoded.pieces);
  return 'pieces' in ok ? [...heavy(ok.pieces), ...restOf(ok)] : [];
}

function perform(task: Task): Result {
  if (task.kind === 'hello') throw new Error('a thread greets before it works');
  if (task.kind === 'open') return open(task);
  if (task.kind === 'compute') return stageWork.compute(task);
  if (task.kind === 'cut') return cutRequest(task.message);
  if (task.kind === 'open-run') return runner.openRun(task);
  if (task.kind === 'steps') return computeSteps(task, runner.shards.steps);
  if (task.kind === 'write-step') return { seq: task.step.seq, ms: 0, pieces: writeStep(task, task.step, task.data) };
  if (task.kind === 'write-tile') return { pieces: writeTile(task) };
  if (task.kind === 'open-tokens') return tokens.open(task.request);
  if (task.kind === 'tokenize') return tokens.advance(task.rest.job);
  if (task.kind === 'collect') return {};
  if (task.kind === 'batch') return batch(task.tasks);
  return encode(task);
}

function open({ request, offered, goesOn }: Extract<Task, { kind: 'open' }>): Opened {
  const opened = runner.open(request, offered);
  if (!goesOn || opened.kind !== 'planned') return opened;
  const { stages, answer, writesLong, memory } = opened;
  const writing = writesLong ? undefined : { answer, memory: memory.buffers };
  try {
    return { ...opened, begun: stageWork.begin(stages, writing) };
  } catch {
    // What is wrong shows again in a task of its own; only in this answer does the pool learn what memory was taken.
    return opened;
  }
}

/** The buffers of what is left of a text, which moves with all it has. */
function restOf(ok: Result): ArrayBufferLike[] {
  return 'encodeMs' in ok && 'rest' in ok && ok.rest !== undefined ? ok.rest.buffers : [];
}

function transferred(value: object, buffers: readonly ArrayBufferLike[]): unknown {
  if (buffers.length === 0) return value;
  return move({
    get [transferableSymbol]() {
      return buffers;
    },
    get [valueSymbol]() {
      return value;
    },
  });
}
