/** Whether spreading a request pays, by what was measured of replicas and of the network between them. */
import type { Cut } from './part.ts';

/** What replicas and the network do, as measured. */
export interface Speeds {
  /** Multiply-adds in a second of one replica, with all its threads. */
  multiplyAddsPerSecond: number;
  /**
   * Bytes in a second between one replica and where inputs and results lie. All replicas together are taken to get no more,
   * as nobody has measured that: it is one store, and perhaps one network.
   */
  bytesPerSecond: number;
  /** What each part costs beside: it waits to be taken, and is told to have ended. */
  partSeconds: number;
}

export interface Estimate {
  /** For one replica, and for all of them. */
  wholeSeconds: number;
  spreadSeconds: number;
  bytesMoved: number;
}

/** A part of the time of one machine that must at least be gained: an estimate is never exact. */
const LEAST_GAIN = 0.2;
/** Below this one machine is done before others have begun. */
const LEAST_SECONDS = 0.5;

/**
 * The times of a request, computed whole and spread: the parts go to the replicas one after another, each to the one that is
 * free first.
 * @param partBytes what each part reads and writes
 * @param wholeBytes what one replica reads and writes for all of it
 */
export function estimate(
  cut: Pick<Cut, 'parts'>,
  { partBytes, wholeBytes }: { partBytes: readonly number[]; wholeBytes: number },
  speeds: Speeds,
  replicas: number,
): Estimate {
  const { multiplyAddsPerSecond, bytesPerSecond, partSeconds } = speeds;
  const cost = cut.parts.reduce((sum, part) => sum + part.cost, 0);
  const bytesMoved = partBytes.reduce((sum, bytes) => sum + bytes, 0);
  const busy = new Array<number>(replicas).fill(0);
  for (const [i, part] of cut.parts.entries()) {
    const next = busy.indexOf(Math.min(...busy));
    busy[next] += part.cost / multiplyAddsPerSecond + partBytes[i] / bytesPerSecond + partSeconds;
  }
  return {
    wholeSeconds: cost / multiplyAddsPerSecond + wholeBytes / bytesPerSecond,
    spreadSeconds: Math.max(...busy, bytesMoved / bytesPerSecond),
    bytesMoved,
  };
}

/** Whether it pays, and the reason in words. */
export function decision(
  { wholeSeconds, spreadSeconds, bytesMoved }: Estimate,
  { parts, replicas }: { parts: number; replicas: number },
): { pays: boolean; why: string } {
  const whole = `${inWords(wholeSeconds)} on one replica`;
  if (replicas < 2) return { pays: false, why: 'there is one replica with this kernel' };
  if (wholeSeconds < LEAST_SECONDS) return { pays: false, why: `it takes about ${whole}: too little to be spread` };
  const spread = `${inWords(spreadSeconds)} in ${parts} parts over ${replicas} replicas, with ${megabytes(bytesMoved)} moved`;
  const pays = spreadSeconds <= wholeSeconds * (1 - LEAST_GAIN);
  return { pays, why: `about ${whole}, about ${spread}` };
}

const inWords = (seconds: number): string => (seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`);
const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
