// Viewers of one run, in a process of their own: `node viewers.mjs <url> <run> <reading> <stuck>`. Prints one line of JSON
// when all that read are done, and ends when its input does.
import WebSocket from 'ws';

const [url, run, reading, stuck] = process.argv.slice(2);
const address = `${url.replace('http', 'ws')}/attention/stream`;
const CREDITS = 1_000_000;
/** Connections that open at once. */
const AT_ONCE = 50;

/** Resolves with the number of steps that it saw, all of them in order. */
function read() {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, 'spotlight.v1', { perMessageDeflate: false });
    let seen = 0;
    let bytes = 0;
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'hello' }));
      socket.send(JSON.stringify({ type: 'watch', id: 'v', run, credits: CREDITS }));
    });
    socket.on('message', (data) => {
      bytes += data.length;
      const head = data.toString('latin1', 0, 120);
      if (head.startsWith('{"type":"step"')) {
        seen++;
        const seq = Number(/"seq":(\d+)/.exec(head)[1]);
        if (seq !== seen) reject(new Error(`step ${seq} where ${seen} was due`));
      } else if (head.startsWith('{"type":"done"')) {
        socket.close();
        resolve({ seen, bytes });
      } else if (head.startsWith('{"type":"error"')) reject(new Error(data.toString()));
    });
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
  });
}

/** Opens, asks for everything and never reads. */
function neverRead() {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, 'spotlight.v1', { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'hello' }));
      socket.send(JSON.stringify({ type: 'watch', id: 'v', run, credits: CREDITS }));
      socket.pause();
      socket.removeAllListeners('error').on('error', () => {});
      resolve();
    });
  });
}

for (let opened = 0; opened < Number(stuck); opened += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, Number(stuck) - opened) }, neverRead));
}
const start = performance.now();
const results = await Promise.allSettled(Array.from({ length: Number(reading) }, read));
const done = results.filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
const faults = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
console.log(
  JSON.stringify({
    done: done.length,
    steps: Math.min(...done.map(({ seen }) => seen)),
    bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
    ms: performance.now() - start,
    faults: faults.slice(0, 3),
  }),
);
process.stdin.resume();
process.stdin.once('end', () => process.exit());
