// One POST after another over one kept connection, with no more in the way than node:http.
import { Agent, request } from 'node:http';

/** @returns a function that posts and gives `{ status, body, ms }`; `close` it at the end */
export function poster({ port }) {
  const agent = new Agent({ keepAlive: true });
  const post = (path, type, body) =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const headers = { 'content-type': type, 'content-length': body.length };
      const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.once('error', reject);
        answer.once('end', () => {
          resolve({ status: answer.statusCode, body: Buffer.concat(pieces), ms: performance.now() - start });
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  return { post, close: () => agent.destroy() };
}

/** Posts and insists on 200. */
export async function postAttention({ post }, type, body) {
  const answer = await post('/attention', type, body);
  if (answer.status !== 200)
    throw new Error(`/attention answers ${answer.status}: ${answer.body.toString('utf8', 0, 300)}`);
  return answer;
}
