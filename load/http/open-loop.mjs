// Open loop: requests arrive at a fixed rate, whether or not those before them were answered. Latency counts from when a
// request should have been sent, so that no wait is hidden (Gil Tene's "coordinated omission").
import { Agent, request } from 'node:http';

/** How long what is in flight at the end may take. */
const DRAIN_MS = 10_000;
/** Beyond this, arrivals are counted as not sent: the client must stay bounded too. */
const MOST_IN_FLIGHT = 2048;

/**
 * Sends `rate` × `seconds` requests, evenly spaced, over as many connections as it takes.
 * @returns {Promise<{ rate: number, seconds: number, ok: number, refused: number, failed: number, unsent: number,
 *   okPerSecond: number, latencies: number[], late: number[] }>} `latencies` in ms of answers with 200, from the scheduled
 *   arrival; `late` in ms between the scheduled arrival and the sending; `refused` had 503; `failed` anything else, or no
 *   answer within 10 s after the last arrival; `okPerSecond` counts the answers until the last arrival
 */
export async function openLoop({ port, path, type, body, rate, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_IN_FLIGHT, maxFreeSockets: MOST_IN_FLIGHT });
  const headers = { 'content-type': type, 'content-length': body.length };
  const options = { host: '127.0.0.1', port, path, method: 'POST', agent, headers };
  const outcome = { ok: 0, refused: 0, failed: 0, unsent: 0 };
  const latencies = [];
  const late = [];
  const inFlight = new Set();
  const arrivals = Math.max(1, Math.floor(rate * seconds));
  const start = performance.now() + 1;
  const scheduled = (arrival) => start + (1000 * arrival) / rate;
  const end = scheduled(arrivals);
  let okInTime = 0;
  let onIdle;

  function send(arrival) {
    if (inFlight.size >= MOST_IN_FLIGHT) {
      outcome.unsent++;
      return;
    }
    late.push(performance.now() - scheduled(arrival));
    const settle = (result) => {
      if (!inFlight.delete(sent)) return;
      outcome[result]++;
      if (inFlight.size === 0) onIdle?.();
    };
    const sent = request(options, (answer) => {
      answer.resume();
      answer.once('error', () => settle('failed'));
      answer.once('end', () => {
        if (answer.statusCode !== 200) return settle(answer.statusCode === 503 ? 'refused' : 'failed');
        const now = performance.now();
        latencies.push(now - scheduled(arrival));
        if (now <= end) okInTime++;
        settle('ok');
      });
    });
    inFlight.add(sent);
    sent.once('error', () => settle('failed'));
    sent.end(body);
  }

  await new Promise((resolve) => {
    let next = 0;
    const sendDue = () => {
      while (next < arrivals && scheduled(next) <= performance.now()) send(next++);
      if (next < arrivals) setTimeout(sendDue, 1);
      else resolve();
    };
    sendDue();
  });
  await new Promise((resolve) => {
    if (inFlight.size === 0) return resolve();
    onIdle = resolve;
    setTimeout(resolve, DRAIN_MS).unref();
  });
  outcome.failed += inFlight.size;
  for (const sent of inFlight) sent.destroy();
  inFlight.clear();
  agent.destroy();
  return { rate, seconds, ...outcome, okPerSecond: (1000 * okInTime) / (end - start), latencies, late };
}
