// What one run of something costs: on the clock, on all processors together, and on the thread that asks.
import { median } from '../figures.mjs';

/** A turn lasts this long: processor time is counted in ticks of a few milliseconds on some machines. */
const TURN_MS = 40;
/** Both sides of a thread are compiled while they run, and the thread's only by the tasks that reach it. */
const WARM_UP_MS = 400;

/** Means over as many runs as fill a turn, in ms. */
async function turn({ run }, turnMs) {
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const start = performance.now();
  for (let runs = 1; ; runs++) {
    await run();
    const elapsed = performance.now() - start;
    if (elapsed < turnMs) continue;
    const { user, system } = process.cpuUsage(cpu);
    const { active } = performance.eventLoopUtilization(loop);
    return { wall: elapsed / runs, cpu: (user + system) / 1000 / runs, asking: active / runs };
  }
}

/**
 * Contenders take turns within each round, in an order that changes from round to round; a longer one before warms
 * up and does not count.
 * @template {{ run: () => unknown }} T
 * @param {T[]} contenders
 * @returns {Promise<Map<T, { wall: number, cpu: number, asking: number }>>} medians over the rounds, in ms of one run:
 *   on the clock, of all threads of this process, and of the event loop of this one
 */
export async function costs(contenders, { rounds, turnMs = TURN_MS, warmUpMs = WARM_UP_MS }) {
  const turns = new Map(contenders.map((contender) => [contender, []]));
  for (let round = -1; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const cost = await turn(contender, round < 0 ? warmUpMs : turnMs);
      if (round >= 0) turns.get(contender).push(cost);
    }
  }
  return new Map([...turns].map(([contender, list]) => [contender, medians(list)]));
}

function medians(list) {
  const of = (name) => median(list.map((cost) => cost[name]));
  return { wall: of('wall'), cpu: of('cpu'), asking: of('asking') };
}
