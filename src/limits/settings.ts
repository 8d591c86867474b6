import { type Config, ConfigError } from '../config/config.ts';
import type { Rates } from './rates.ts';

type Settings = Pick<
  Config,
  'callerRequestRate' | 'callerRequestBurst' | 'callerWorkRate' | 'callerWorkBurst' | 'callerConcurrency'
>;

/**
 * What the environment lets callers do that have no rates of their own.
 * @throws ConfigError for a burst of what has no rate
 */
export function ratesIn(settings: Settings): Rates {
  const { callerRequestRate, callerRequestBurst, callerWorkRate, callerWorkBurst, callerConcurrency } = settings;
  for (const [what, rate, burst] of [
    ['REQUEST', callerRequestRate, callerRequestBurst],
    ['WORK', callerWorkRate, callerWorkBurst],
  ] as const) {
    if (burst !== undefined && rate === undefined)
      throw new ConfigError(`CALLER_${what}_BURST is set, and bounds nothing without CALLER_${what}_RATE`);
  }
  return {
    requestRate: callerRequestRate,
    requestBurst: callerRequestBurst,
    workRate: callerWorkRate,
    workBurst: callerWorkBurst,
    concurrency: callerConcurrency,
  };
}
