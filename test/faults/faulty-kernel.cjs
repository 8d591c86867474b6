// Loaded before the server (`node --require`), in each of its threads: a kernel that fails as hardware, compilers and memory
// make kernels fail, when the file that FAULT names is there. The server knows nothing of it.
const { readFileSync, unlinkSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

/** (module (func (export "trap") unreachable)) */
const TRAPPING = Uint8Array.from([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11],
]);
const RealInstance = WebAssembly.Instance;

const faults = {
  trap: () => new RealInstance(new WebAssembly.Module(TRAPPING)).exports.trap(),
  memory: () => {
    const held = [];
    for (;;) held.push(new Array(10_000).fill({}));
  },
  // Ends a thread at once, as `terminate` does from outside; in the main thread it would end the process.
  death: () => process.exit(1),
};

/** What is asked for: `<fault> <thread>`, once, or `<fault> <thread> always` as long as the file is there. */
function fault() {
  try {
    const [name, thread, times] = readFileSync(process.env.FAULT, 'utf8').split(' ');
    if ((thread === 'main') !== isMainThread) return undefined;
    if (times !== 'always') unlinkSync(process.env.FAULT);
    return faults[name];
  } catch {
    return undefined;
  }
}

const failing =
  (attend) =>
  (...given) => {
    fault()?.();
    return attend(...given);
  };

// The kernel in WebAssembly: the step that starts the rows of a block.
WebAssembly.Instance = function Instance(...given) {
  const instance = new RealInstance(...given);
  const { startRows } = instance.exports;
  return startRows === undefined ? instance : { exports: { ...instance.exports, startRows: failing(startRows) } };
};

// The native kernel: the function that attends.
const open = require('node:module')._extensions['.node'];
require('node:module')._extensions['.node'] = (module, path) => {
  open(module, path);
  const { createKernel, paths } = module.exports;
  if (createKernel === undefined) return;
  const createFailing = (name) => {
    const functions = createKernel(name);
    return { ...functions, attend: failing(functions.attend) };
  };
  module.exports = { paths, createKernel: createFailing };
};
