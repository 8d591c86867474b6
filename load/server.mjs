// A server as a child process: started on a free port of the loopback, ended by its pid.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const START_MS = 20_000;
const STOP_MS = 10_000;

// A signal must run the handlers of `exit` below: they end what was started.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Starts Spotlight; `env` adds to the environment, `options` are for Node. */
export async function startSpotlight(env = {}, options = []) {
  const server = await startServer({ options, script: pathOf('../dist/main.js'), env });
  await untilReady(server);
  return server;
}

/** Starts Fastify + zod + onnxruntime-node, see peers/fastify.mjs. */
export async function startFastify() {
  return await startServer({ script: pathOf('peers/fastify.mjs') });
}

/** Starts FastAPI + numpy, see peers/fastapi_numpy.py. */
export async function startFastapi(python) {
  return await startServer({ command: python, script: pathOf('peers/fastapi_numpy.py') });
}

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Runs `script` with PORT=0 and reads from its output where it listens. */
async function startServer({ command = process.execPath, options = [], script, env = {} }) {
  const child = spawn(command, [...options, script], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const output = { text: '' };
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(end, STOP_MS);
    await exited;
    clearTimeout(late);
    process.removeListener('exit', end);
  };
  try {
    const port = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no port within ${START_MS} ms`)), START_MS);
      void exited.then((code) => reject(new Error(`the server ended with ${code}`)));
      const read = (chunk) => {
        // Whatever comes after the port is read and dropped, so that a full pipe never holds up the server.
        if (output.port !== undefined) return;
        output.text += chunk;
        output.port = /http:\/\/[\w.]+:(\d+)/.exec(output.text)?.[1] ?? /"port":(\d+)/.exec(output.text)?.[1];
        if (output.port === undefined) return;
        clearTimeout(late);
        resolve(output.port);
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
    });
    return { url: `http://127.0.0.1:${port}`, port: Number(port), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}; it said:\n${output.text}`);
  }
}

async function untilReady({ url, stop }) {
  const start = performance.now();
  for (;;) {
    const isReady = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (performance.now() - start < START_MS) await new Promise((resolve) => setTimeout(resolve, 10));
    else {
      await stop();
      throw new Error(`not ready within ${START_MS} ms`);
    }
  }
}

/** The kernel that the server says it uses. */
export async function kernelOf({ url }) {
  const info = await (await fetch(`${url}/info`)).json();
  return info.kernel?.name ?? info.kernel ?? 'unknown';
}
