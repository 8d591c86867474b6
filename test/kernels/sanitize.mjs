// Runs the tests of the native kernel on an addon that checks every address and all undefined behavior: the conformance
// cases, far.test.ts, native.test.ts, halves.test.ts, and 10,000 random problems (or RANDOM_PROBLEMS). Where there is no
// compiler, one line says so and nothing is run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status;

const compiler = [process.env.CXX ?? 'c++', 'g++', 'clang++'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
if (process.platform !== 'linux' || compiler === undefined) {
  console.log('sanitizers: skipped, they need Linux and a C++ compiler');
  process.exit(0);
}
if (run(process.execPath, ['src/kernels/native/build.mjs', '--sanitize']) !== 0) process.exit(1);

/** Node itself is not built with them, so they must be there before everything else. */
const runtimes = ['libasan.so', 'libubsan.so'].map((library) =>
  spawnSync(compiler, [`-print-file-name=${library}`], { encoding: 'utf8' }).stdout.trim(),
);
const status = run(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    ...['run', 'test/conformance/core.test.ts', 'test/conformance/halves.test.ts', 'test/kernels/far.test.ts'],
    ...['test/kernels/native.test.ts', 'test/kernels/halves.test.ts', 'test/kernels/memory.test.ts'],
    ...process.argv.slice(2),
  ],
  {
    SANITIZED: '1',
    RANDOM_PROBLEMS: process.env.RANDOM_PROBLEMS ?? '10000',
    // What V8 keeps until the end of the process is no leak of ours.
    ASAN_OPTIONS: 'detect_leaks=0',
    UBSAN_OPTIONS: 'print_stacktrace=1',
    LD_PRELOAD: runtimes.join(' '),
  },
);
process.exit(status ?? 1);
