// Connects to a port of this machine again and again, several at once, until it is refused there; then tells how many were
// served, how many refused, and of all others what became of them.
import { connect } from 'node:net';

const port = Number(process.argv[2]);
const AT_ONCE = 8;
const counts = { served: 0, refused: 0, lost: [] };
let isOver = false;

function once() {
  return new Promise((resolve) => {
    let text = '';
    let failure;
    const socket = connect(port, '127.0.0.1', () => socket.write('a request'));
    socket.on('data', (data) => (text += data));
    socket.on('error', (error) => (failure = error.code));
    socket.on('close', () => {
      if (text === 'served' && failure === undefined) counts.served++;
      else if (failure === 'ECONNREFUSED') {
        counts.refused++;
        isOver = true;
      } else counts.lost.push(failure ?? 'closed without an answer');
      resolve();
    });
  });
}

await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (!isOver) await once();
  }),
);
process.stdout.write(JSON.stringify(counts));
