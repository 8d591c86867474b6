/**
 * Starts the server. Its files are read one after another, as `require` does: `import` opens all files of a graph at once, and
 * needs more than 160 descriptors for that; so it also says in one line why there is no start, and starts a tenth sooner.
 */
import { createRequire } from 'node:module';

// Until they are answered, see signals.ts: they would end the process, or open an inspector.
for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => {});

try {
  const { serve }: typeof import('./serve.ts') = createRequire(import.meta.url)('./serve.js');
  await serve();
} catch (error) {
  // What the environment is to blame for is one line; a bug of ours shows its stack. Known by its name, as its class may be
  // what could not be read.
  const isOfEnvironment = error instanceof Error && (error.name === 'ConfigError' || 'syscall' in error);
  if (!isOfEnvironment) throw error;
  console.error(`spotlight cannot start: ${error.message}`);
  process.exit(1);
}
