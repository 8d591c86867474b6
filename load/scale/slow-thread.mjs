// Given to a server by --import: its computing threads sleep SLEEP_MS after each task, as if it had taken so much longer. So that
// replicas which share two cores scale as if each had its own; it is for measuring and no part of the product. Linux.
import { readFileSync } from 'node:fs';
import { isMainThread, MessagePort } from 'node:worker_threads';

const sleepMs = Number(process.env.SLEEP_MS ?? 0);
/** What takes less is no task, but a word on the side. */
const LEAST_MS = 0.1;

/** ms that this thread has had a processor: others that want it, too, must not count. */
const busyMs = () => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;

if (!isMainThread && sleepMs > 0) {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const { wait } = Atomics;
  const { postMessage } = MessagePort.prototype;
  /** What it had when its task began. It waits for the next by Atomics.wait, and tells by a message that it is done; before it first waits, it starts. */
  let before;
  Atomics.wait = (...args) => {
    const outcome = wait(...args);
    before = busyMs();
    return outcome;
  };
  MessagePort.prototype.postMessage = function (...args) {
    if (before !== undefined && busyMs() - before >= LEAST_MS) wait(clock, 0, 0, sleepMs);
    before &&= busyMs();
    return postMessage.apply(this, args);
  };
}
