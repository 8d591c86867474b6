// From a CPU profile of V8 to a tree of time: which function, called from where, was on the CPU for how long.

/** V8's own words for time in which the thread did nothing. */
const IDLE = new Set(['(idle)']);
/** Where a worker thread sleeps until its next task (piscina's loop); V8 cannot tell that from work. */
const WAITING = new Set(['atomicsWaitLoop']);

/**
 * @typedef {object} Frame
 * @property {string} name of the function
 * @property {string} place file and line, '' for what is not JavaScript
 * @property {number} self microseconds in the function itself
 * @property {number} total microseconds in it and in what it called
 * @property {Frame[]} children longest first
 */

/**
 * The time of the samples between two moments, as a tree below one root. Moments are in microseconds on the clock of
 * `startTime`, which on Linux and macOS is that of process.hrtime, the same in all processes.
 * @param profile https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 * @returns {{ root: Frame, idle: number }} `idle` in microseconds, which are not in the tree
 */
export function flameTree({ nodes, samples, timeDeltas, startTime }, { from = 0, to = Number.POSITIVE_INFINITY } = {}) {
  const self = new Map();
  let idle = 0;
  let now = startTime;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  samples.forEach((id, at) => {
    now += timeDeltas[at];
    // The time up to the next sample was spent where this one was taken.
    const lasted = Math.max(0, timeDeltas[at + 1] ?? 0);
    if (now < from || now > to) return;
    const { functionName } = byId.get(id).callFrame;
    if (IDLE.has(functionName) || WAITING.has(functionName)) idle += lasted;
    else self.set(id, (self.get(id) ?? 0) + lasted);
  });
  const top = nodes.find(({ callFrame }) => callFrame.functionName === '(root)') ?? nodes[0];
  return { root: frameOf(top, byId, self), idle };
}

/** Calls of the same function from the same place are one frame. */
function frameOf(node, byId, self) {
  const frame = { ...named(node.callFrame), self: self.get(node.id) ?? 0, total: 0, children: [] };
  const same = new Map();
  for (const id of node.children ?? []) {
    const child = frameOf(byId.get(id), byId, self);
    if (child.total === 0) continue;
    const key = `${child.name} ${child.place}`;
    same.set(key, same.has(key) ? joined(same.get(key), child) : child);
  }
  frame.children = [...same.values()].sort((a, b) => b.total - a.total);
  frame.total = frame.self + frame.children.reduce((sum, child) => sum + child.total, 0);
  return frame;
}

function joined(one, other) {
  const same = new Map();
  for (const child of [...one.children, ...other.children]) {
    const key = `${child.name} ${child.place}`;
    same.set(key, same.has(key) ? joined(same.get(key), child) : child);
  }
  const children = [...same.values()].sort((a, b) => b.total - a.total);
  return { ...one, self: one.self + other.self, total: one.total + other.total, children };
}

function named({ functionName, url, lineNumber }) {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return { name, place: '' };
  const path = url.replace(/^file:\/\//, '');
  const file = /\/node_modules\/(?!.*\/node_modules\/)(.+)/.exec(path)?.[1] ?? path.replace(/^.*\/(dist\/)/, '$1');
  return { name, place: lineNumber < 0 ? file : `${file}:${lineNumber + 1}` };
}

/**
 * The functions with the most time of their own, wherever they were called from.
 * @param {Frame} root
 * @returns {{ name: string, place: string, self: number }[]} longest first
 */
export function hottest(root, most) {
  const byFunction = new Map();
  const visit = ({ name, place, self, children }) => {
    const key = `${name} ${place}`;
    const sum = byFunction.get(key) ?? { name, place, self: 0 };
    sum.self += self;
    byFunction.set(key, sum);
    children.forEach(visit);
  };
  visit(root);
  return [...byFunction.values()].sort((a, b) => b.self - a.self).slice(0, most);
}
