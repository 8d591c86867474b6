// Who takes part: this service with each kernel that was built, and what a user would otherwise write.
import { execFileSync } from 'node:child_process';
import { selectKernel } from '../../dist/kernels/select.js';
import { startFastapi, startFastify, startSpotlight } from '../server.mjs';

/** Values of KERNEL, fastest first. */
const KERNELS = ['native', 'wasm', 'reference'];
/** The reference is some hundred times slower than the others: what takes it longer than about a second is left out. */
const REFERENCE_FLOPS = 5e7;

/**
 * @typedef {object} Contender
 * @property {string} name what tables and reports call it
 * @property {'spotlight' | 'peer' | 'echo'} dialect how it wants to be asked
 * @property {string} server contenders of the same server are one process
 * @property {() => Promise<{ url: string, port: number, pid: number, stop: () => Promise<void> }>} start
 * @property {(scenario: { flops: number }) => boolean} takes
 */

/**
 * The kernels that this build can load and that pass their self-test, each under its value of KERNEL.
 * @returns {{ choice: string, name: string }[]}
 */
export function availableKernels() {
  const available = [];
  for (const choice of KERNELS) {
    try {
      const { kernel } = selectKernel(choice);
      // A build that does not know the choice may answer with another kernel.
      if (kernel.name.startsWith(choice)) available.push({ choice, name: kernel.name });
      else console.log(`skipped: KERNEL=${choice}, which this build does not have`);
    } catch (error) {
      console.log(`skipped: ${error.message}`);
    }
  }
  return available;
}

/** This service with one kernel; `env` adds to its environment. */
export function spotlightWith({ choice, name }, env = {}) {
  return {
    name: `spotlight ${name}`,
    dialect: 'spotlight',
    server: `spotlight-${choice}`,
    start: () => startSpotlight({ ...env, KERNEL: choice }),
    takes: ({ flops }) => choice !== 'reference' || flops <= REFERENCE_FLOPS,
  };
}

/** Fastify, zod and onnxruntime-node. */
export const fastifyPeer = {
  name: 'fastify + zod + onnxruntime',
  dialect: 'peer',
  server: 'fastify',
  start: startFastify,
  takes: () => true,
};

/** The ceiling: Fastify that reads the body and answers `{ "ok": true }`. */
const echoPeer = { ...fastifyPeer, name: 'bare fastify echo', dialect: 'echo' };

/** @returns {Contender[]} the service with its fastest kernel comes first */
export function allContenders(kernels) {
  const contenders = [...kernels.map((kernel) => spotlightWith(kernel)), fastifyPeer, echoPeer];
  const python = pythonWithFastapi();
  if (python === undefined) console.log('skipped: FastAPI + numpy, as no python3 here has fastapi, uvicorn and numpy');
  else {
    const start = () => startFastapi(python);
    contenders.push({ name: 'fastapi + numpy', dialect: 'peer', server: 'fastapi', start, takes: () => true });
  }
  return contenders;
}

/** PYTHON, the system's own, or the first on the path that has the packages. */
function pythonWithFastapi() {
  const pythons = [process.env.PYTHON, '/usr/bin/python3', 'python3'].filter((python) => python);
  return pythons.find((python) => {
    try {
      execFileSync(python, ['-c', 'import fastapi, uvicorn, numpy'], { stdio: 'ignore', timeout: 30_000 });
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Starts the servers of the contenders, one process a server. A peer that cannot start is said and left out.
 * @returns {Promise<{ running: (Contender & { url: string, pid: number })[], stop: () => Promise<void> }>}
 */
export async function startAll(contenders) {
  const servers = new Map();
  for (const { name, dialect, server, start } of contenders) {
    if (servers.has(server)) continue;
    try {
      servers.set(server, await start());
    } catch (error) {
      if (dialect === 'spotlight') throw error;
      servers.set(server, undefined);
      console.log(
        `skipped: ${name}, which did not start: ${error.message
          .trim()
          .replace(/\s*\n\s*/g, ' ')
          .slice(-300)}`,
      );
    }
  }
  const running = contenders
    .filter(({ server }) => servers.get(server) !== undefined)
    .map((contender) => ({
      ...contender,
      url: servers.get(contender.server).url,
      pid: servers.get(contender.server).pid,
    }));
  const stop = async () => {
    for (const server of servers.values()) await server?.stop();
  };
  return { running, stop };
}
