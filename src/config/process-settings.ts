/** What the process is: where it listens, with what it computes, how it logs and ends. */
import { z } from 'zod';
import { availableMemory } from './container-memory.ts';
import { availableCores } from './cores.ts';
import { pressureSettings } from './pressure-settings.ts';
import { tracing } from './tracing.ts';
import { bytes, count, described, duration, integer, MAX_BYTES, oneOf, sizeFrom } from './variable.ts';

const MAX_PATH_LENGTH = 4096;
const LEAST_MEMORY_BYTES = 2 ** 26;
const KERNELS = ['auto', 'native', 'wasm', 'reference'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const processSettings = {
  host: described(
    z
      .string()
      .regex(/^[^\s/]+$/)
      .default('127.0.0.1'),
    {
      variable: 'HOST',
      expects: 'a host name or an IP address',
      standard: '127.0.0.1',
      meaning: 'The address to listen on; 0.0.0.0 = all of IPv4, :: = all. The image sets 0.0.0.0.',
    },
  ),
  port: count('PORT', 8080, 0, 65535, 'The port to listen on; 0 = any free one, and the log says which.'),
  metricsPort: described(integer(0, 65535).optional(), {
    variable: 'METRICS_PORT',
    expects: 'an integer from 0 to 65535',
    standard: 'none',
    meaning:
      'A port of its own for /metrics, which is then not at PORT; 0 = any free one, and the log says which. Without it /metrics is at PORT.',
  }),
  workers: described(
    integer(1, 1024).default(() => availableCores()),
    {
      variable: 'WORKERS',
      expects: 'an integer from 1 to 1024',
      standard: 'the cores that the container may use',
      meaning: 'Threads that compute.',
    },
  ),
  memoryBytes: described(
    bytes(LEAST_MEMORY_BYTES, MAX_BYTES).default(() => availableMemory()),
    {
      variable: 'MEMORY_BYTES',
      expects: sizeFrom(LEAST_MEMORY_BYTES, MAX_BYTES),
      standard: 'what the container may use',
      meaning: 'The memory that limits in bytes are made to fit into, unless they are set.',
    },
  ),
  workerNice: count(
    'WORKER_NICE',
    5,
    0,
    19,
    'How much lower the priority of these threads is than that of the one that receives and sends, on Linux; 0 = the same.',
  ),
  kernel: described(z.enum(KERNELS).default('auto'), {
    variable: 'KERNEL',
    expects: oneOf(KERNELS),
    standard: 'auto',
    meaning: 'Which kernel computes; auto = the fastest that passes its self-test.',
  }),
  relaxedSimd: described(z.enum(['auto', 'off']).default('auto'), {
    variable: 'RELAXED_SIMD',
    expects: oneOf(['auto', 'off']),
    standard: 'auto',
    meaning: 'off = never use relaxed SIMD: slower, and every machine gives the same bytes.',
  }),
  vectorsFile: described(z.string().max(MAX_PATH_LENGTH).optional(), {
    variable: 'VECTORS_FILE',
    expects: `a path of at most ${MAX_PATH_LENGTH} characters`,
    standard: 'the 30,000 words that come with the service',
    meaning: 'A table of word vectors, as `npm run vectors -- --all FILE` writes it; all threads share one copy.',
  }),
  tokenizersDir: described(z.string().max(MAX_PATH_LENGTH).optional(), {
    variable: 'TOKENIZERS_DIR',
    expects: `a path of at most ${MAX_PATH_LENGTH} characters`,
    standard: 'none',
    meaning:
      "A directory of Hugging Face's tokenizers: NAME.json or NAME/tokenizer.json; one that cannot be used stops the start.",
  }),
  drainMs: duration(
    'DRAIN_MS',
    5000,
    'How long all is still served after SIGTERM, not ready any more and without keep-alive, so that gateways go elsewhere.',
    0,
  ),
  shutdownMs: duration('SHUTDOWN_MS', 30_000, 'How long what runs may take to end after that; then exit 1.'),
  ...pressureSettings,
  ...tracing,
  logLevel: described(z.enum(LOG_LEVELS).default('info'), {
    variable: 'LOG_LEVEL',
    expects: oneOf(LOG_LEVELS),
    standard: 'info',
    meaning: 'The least level that is logged; probes are logged at debug.',
  }),
};
