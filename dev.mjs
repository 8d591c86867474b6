// npm run dev: compiles on change, and starts the server again when what it runs has changed. Beside it vite serves the page,
// with every change at once, and passes what it asks on to the server.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A compile writes many files; the server starts once they have settled. */
const SETTLE_MS = 150;

const root = fileURLToPath(new URL('.', import.meta.url));
// No gateway needs time to turn away from it.
const env = { DRAIN_MS: '0', ...process.env };
const run = (...args) => spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });

const compiler = run(
  'node_modules/typescript/bin/tsc',
  '-p',
  'tsconfig.build.json',
  // Here whoever changes something sits and reads.
  '--noCheck',
  'false',
  '--watch',
  '--preserveWatchOutput',
);
const page = spawn(process.execPath, [`${root}node_modules/vite/bin/vite.js`], {
  cwd: `${root}studio`,
  stdio: ['ignore', 'inherit', 'inherit'],
});
let server;
/** The compilers of WebAssembly that run, by their room. */
const building = new Map();
let isEnding = false;
let settling;

function start() {
  server = run('dist/main.js');
}

/** One stop and start at a time: the next server needs the port of the last. */
function restart() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    if (server.exitCode !== null || server.signalCode !== null) start();
    else if (server.listenerCount('exit') === 0) server.once('exit', () => !isEnding && start()).kill('SIGTERM');
  }, SETTLE_MS);
}

function buildRoom(room) {
  if (building.has(room)) return;
  const build = run(`src/${room}/build.mjs`).once('exit', () => building.delete(room));
  building.set(room, build);
}

function end() {
  isEnding = true;
  compiler.kill();
  page.kill();
  for (const build of building.values()) build.kill();
  if (server.exitCode !== null || server.signalCode !== null) process.exit(0);
  server.once('exit', () => process.exit(0)).kill('SIGTERM');
}

start();
watch(`${root}dist`, { recursive: true }, restart);
for (const room of ['kernels/wasm', 'codec/wasm']) {
  watch(`${root}src/${room}/assembly`, { recursive: true }, () => buildRoom(room));
}
watch(`${root}src/kernels/native`, () => buildRoom('kernels/native'));
process.on('SIGINT', end).on('SIGTERM', end);
process.on('exit', () => {
  for (const child of [compiler, page, server, ...building.values()]) child?.kill();
});
