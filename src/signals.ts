/** What the process does when the system, a terminal or an operator sends it a signal. */
import type { FastifyBaseLogger } from 'fastify';

export interface Answering {
  log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  /** How long what runs may take to end, in ms. */
  shutdownMs: number;
  /** How many requests have no answer yet. */
  answering: () => number;
  /** Makes the server not ready; for how many ms all is to be served on. */
  drain: () => number;
  /** Ends it, when what runs is done. */
  close: () => Promise<void>;
  /** Reads anew what can change while it runs. */
  reload: () => void;
}

/** npm passes on a signal that the terminal has already sent to everyone; both together count as one. */
const SAME_SIGNAL_MS = 100;
/** A gateway is asked to go elsewhere first; whoever sits at a terminal, or sends SIGQUIT as to nginx, knows what they do. */
const DRAINING: NodeJS.Signals = 'SIGTERM';
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT'];
/** Node would open its inspector at the first, and each would end the process without a word. */
const IGNORED: readonly NodeJS.Signals[] = ['SIGUSR1', 'SIGUSR2'];

/** Listens to all signals that would end the process, or open it. */
export function answerSignals(answering: Answering): void {
  const { log, reload } = answering;
  const end = ending(answering);
  for (const signal of ENDING) process.on(signal, end);
  for (const signal of IGNORED) process.on(signal, () => log.warn(`${signal}: means nothing here`));
  process.on('SIGHUP', () => {
    log.info('SIGHUP: reading anew what can change');
    reload();
  });
}

function ending({ log, shutdownMs, answering, drain, close }: Answering): (signal: NodeJS.Signals) => void {
  let endedAt: number | undefined;

  const finish = () => {
    setTimeout(() => {
      const requests = answering();
      log.error({ requests }, `${requests} requests still run after ${shutdownMs} ms (SHUTDOWN_MS): they are cut now`);
      process.exit(1);
    }, shutdownMs);
    void close().then(() => process.exit(0));
  };

  return (signal) => {
    if (endedAt !== undefined) {
      if (performance.now() - endedAt < SAME_SIGNAL_MS) return;
      log.warn(`${signal} again: ending at once`);
      process.exit(1);
    }
    endedAt = performance.now();
    const longestMs = drain();
    const drainMs = signal === DRAINING ? longestMs : 0;
    if (drainMs > 0) {
      log.info(`${signal}: serving on for ${drainMs} ms, not ready any more; then finishing what runs`);
      setTimeout(finish, drainMs);
    } else {
      log.info(`${signal}: finishing what runs`);
      finish();
    }
  };
}
