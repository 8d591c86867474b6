// What the service is held to end to end, and whether a run kept it. The kernels' own promises are with `npm run bench`.

/** Peak above idle of a burst of requests, through the bytes of all their inputs and outputs. */
export const MOST_BURST_TIMES = 3;
/**
 * What the server may grow over 100,000 requests. A leak of 100 bytes a request would show as this; less is lost in how the
 * heaps of the threads breathe.
 */
export const MOST_GROWN_MB = 10;
/** What may stay of a burst, of what there was before. */
export const MOST_KEPT_PART = 0.15;
/** What one long request may add to the memory of the server. */
export const MOST_LONG_MB = 300;

/** MB that each replica may need beside what it needs idle, for one causal attention of 131,072 × 64 over three. */
export const MOST_SPREAD_MB = 400;

/** A diagnosis with everything on through the attention that it is about, on the same server; and what it may add to its memory. */
export const MOST_DIAGNOSIS_TIMES = 25;
export const MOST_DIAGNOSIS_MB = 300;

/** What comes back when far more is asked than can be done, through what comes back at the peak. */
export const LEAST_GOODPUT = 0.9;

/** What the memory of the server may grow while it is used, as a part of what it was after warming up. */
export const MOST_GROWN_PART = 0.05;

/** What four replicas do through what one does, and what a Redis may cost requests that need no sharing, in percent. */
export const LEAST_OF_FOUR = 3.8;
export const MOST_REDIS_COST = 2;

const FASTIFY = 'fastify + zod + onnxruntime';
const ECHO = 'bare fastify echo';

const ratios = [
  { scenario: 'tiny', peer: ECHO, least: 0.7 },
  { scenario: 'medium', peer: FASTIFY, least: 4 },
  { scenario: 'large', peer: FASTIFY, least: 5 },
  { scenario: 'binary', peer: FASTIFY, least: 1.5 },
];
const LEAST_SPREAD = 1.8;

/**
 * @param figures as load.mjs writes them; parts that did not run are missing
 * @returns {{ what: string, found: number | undefined, promised: string, kept: boolean | undefined }[]}
 *   `kept` is `undefined` for what was not measured
 */
export function promises({ closedLoop = [], spread, burst, growth }) {
  const found = ratios.map(({ scenario, peer, least }) => {
    const result = closedLoop.find((one) => one.scenario === scenario);
    const ratio = result?.contenders.find(({ who }) => who === peer)?.ratio;
    return atLeast(`${result?.title ?? scenario}, requests/s beside ${peer}`, ratio, least);
  });
  const errors = closedLoop
    .flatMap(({ contenders }) => contenders)
    .filter(({ dialect }) => dialect === 'spotlight')
    .reduce((sum, contender) => sum + contender.errors, 0);
  found.push(
    atLeast(`${spread?.title ?? '8×2048×64'} with two workers beside one`, spread?.ratio, LEAST_SPREAD),
    atMost(`peak memory of ${burst?.title ?? 'a burst'}, through its bytes`, burst?.worst, MOST_BURST_TIMES, '×'),
    atMost(
      `growth over ${(growth?.requests ?? 100_000).toLocaleString('en')} requests`,
      growth?.grown,
      MOST_GROWN_MB,
      ' MB',
    ),
    atMost('answers of the service other than 200', closedLoop.length > 0 ? errors : undefined, 0, ''),
  );
  return found;
}

/** A ratio that is not finite comes from a run without an answer: that keeps nothing. */
const atLeast = (what, found, least) => ({
  what,
  found: Number.isFinite(found) ? `${found.toFixed(2)}×` : undefined,
  promised: `≥ ${least}×`,
  kept: found === undefined ? undefined : Number.isFinite(found) && found >= least,
});

const atMost = (what, found, most, unit) => ({
  what,
  found: found === undefined ? undefined : `${Number(found.toFixed(2))}${unit}`,
  promised: `≤ ${most}${unit}`,
  kept: found === undefined ? undefined : found <= most,
});
