/** config → app → listen → signals. */
import { setFlagsFromString } from 'node:v8';
import { buildApp } from './app.ts';
import { emptyAccessVariables } from './config/access-settings.ts';
import { ConfigError, mistypedVariables, readConfig } from './config/config.ts';
import { shortage } from './config/memory-limits.ts';
import { refusalToListen } from './config/refusal-to-listen.ts';
import { fitConnections } from './http/transport/descriptors.ts';
import { answerSignals } from './signals.ts';

/**
 * Serves until a signal ends it, with the settings of the environment.
 * @throws ConfigError for what the environment is to blame for, and what the system says when it cannot listen
 */
export async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const app = await buildApp(config);
  let isEnding = false;
  const short = shortage(config);
  if (short !== undefined) app.log.warn(short);
  if (config.trustProxy.some((network) => network.endsWith('/0'))) {
    app.log.warn('TRUST_PROXY trusts every address: whoever reaches the server may say which client it is');
  }
  for (const { variable, meant } of mistypedVariables(process.env)) {
    app.log.warn(`the variable ${variable} is not read; perhaps ${meant} is meant`);
  }
  for (const variable of app.access.isOn ? [] : emptyAccessVariables(process.env)) {
    app.log.warn(`${variable} is set to nothing, which is as if it was not set: no key is needed, see docs/access.md`);
  }

  answerSignals({
    log: app.log,
    shutdownMs: config.shutdownMs,
    answering: () => app.answering(),
    drain: () => {
      isEnding = true;
      app.drain();
      return app.server.listening ? config.drainMs : 0;
    },
    close: () => app.close(),
    reload: () => app.access.reload(),
  });

  // Node hands over a body in new buffers of 64 KiB, which V8 counts as growth of the heap: with its own small limit it would
  // mark all that the service is made of for every 15 MB that arrive, a fifth of the time of this thread.
  setFlagsFromString('--heap-growing-percent=300');

  // Whoever connects before would be told to come again, and gateways would take that for the answer.
  try {
    await app.started;
  } catch (error) {
    // Threads that were ended while they started are no fault.
    if (isEnding) return;
    if (error instanceof ConfigError) throw error;
    app.log.fatal({ err: error }, 'the threads cannot start');
    process.exit(1);
  }
  if (isEnding) return;
  fitConnections(app.server, app.log);
  const text = (address: string) => `listening on ${address}`;
  const { host, port } = config;
  const address = await app.listen({ host, port, listenTextResolver: text }).catch((error: unknown) => {
    throw refusalToListen(error, { host, variable: 'PORT', port });
  });
  // Said at every level: with PORT=0 nobody could know it otherwise.
  if (['fatal', 'error', 'warn'].includes(config.logLevel)) app.log.child({}, { level: 'info' }).info(text(address));
}
