/** The environment → Config. Each variable stands here once, with its check, its default and its meaning. */
import { z } from 'zod';
import { availableCores } from './cores.ts';
import { originList } from './origin-list.ts';

interface About {
  variable: string;
  /** What a value must be, as the end of the sentence "… must be". */
  expects: string;
  standard: string;
  meaning: string;
}

const abouts = z.registry<About>();

/** The longest that a timer of Node can wait. */
const MAX_MS = 2 ** 31 - 1;
const MAX_BYTES = 2 ** 40;
const MAX_PATH_LENGTH = 4096;

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

function count(variable: string, standard: number, min: number, max: number, meaning: string) {
  const about = { variable, expects: `an integer from ${min} to ${max}`, standard: String(standard), meaning };
  return integer(min, max).default(standard).register(abouts, about);
}

function duration(variable: string, standardMs: number, meaning: string) {
  return count(variable, standardMs, 1, MAX_MS, meaning);
}

function described<T extends z.ZodType>(schema: T, about: About): T {
  abouts.add(schema, about);
  return schema;
}

const KERNELS = ['auto', 'native', 'wasm', 'reference'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const oneOf = (values: readonly string[]) => `one of ${values.join(', ')}`;

const configSchema = z.object({
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
  workers: described(
    integer(1, 1024).default(() => availableCores()),
    {
      variable: 'WORKERS',
      expects: 'an integer from 1 to 1024',
      standard: 'the cores that the container may use',
      meaning: 'Threads that compute.',
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
  maxBodyBytes: count('MAX_BODY_BYTES', 64 * 2 ** 20, 1, 2 ** 32 - 1, 'The largest body; more is 413.'),
  maxElements: count(
    'MAX_ELEMENTS',
    2 ** 25,
    1,
    2 ** 31 - 1,
    'The most numbers in all tensors of a request; more is 413.',
  ),
  maxTextBytes: count(
    'MAX_TEXT_BYTES',
    2 ** 22,
    1,
    2 ** 28,
    'The most bytes of all texts of a request to /tokenize, in UTF-8; more is 413.',
  ),
  maxOutputBytes: count(
    'MAX_OUTPUT_BYTES',
    2 ** 28,
    1,
    2 ** 36,
    'The most bytes of the tensors or tokens that a request asks for; more is 413.',
  ),
  maxQueue: count('MAX_QUEUE', 1024, 1, 2 ** 20, 'Requests that may be computed or wait for it at once; more are 503.'),
  maxQueueBytes: count(
    'MAX_QUEUE_BYTES',
    2 ** 29,
    1,
    MAX_BYTES,
    'Bytes that the bodies of those requests may have together, and once more those of bodies on their way in and answers on their way out; more are 503.',
  ),
  tinyBodyBytes: count(
    'TINY_BODY_BYTES',
    8192,
    0,
    2 ** 16,
    'Requests with bodies up to this are computed on the HTTP thread when that is cheaper than handing them over; 0 = never.',
  ),
  maxConnections: count('MAX_CONNECTIONS', 10_000, 1, 2 ** 20, 'Connections at once; more are refused.'),
  deadlineMs: duration('DEADLINE_MS', 60_000, 'How long a request may wait and compute; then it is 504.'),
  headersTimeoutMs: duration(
    'HEADERS_TIMEOUT_MS',
    10_000,
    'How long the header of a request may take to arrive; then it is 408.',
  ),
  bodyTimeoutMs: duration(
    'BODY_TIMEOUT_MS',
    20_000,
    'How long a body may take to arrive, beside what it may take at BODY_MIN_RATE; then it is 408.',
  ),
  bodyMinRate: count(
    'BODY_MIN_RATE',
    16_384,
    1,
    MAX_BYTES,
    'The rate, in bytes a second, at which a body extends its time to arrive.',
  ),
  answerTimeoutMs: duration(
    'ANSWER_TIMEOUT_MS',
    30_000,
    'How long a client may take nothing of its answer; then the connection is closed.',
  ),
  keepAliveMs: duration(
    'KEEP_ALIVE_MS',
    72_000,
    'How long an idle connection stays open; a gateway should close its own sooner.',
  ),
  corsOrigins: described(
    z
      .string()
      .transform((text, { addIssue }) => {
        try {
          return originList(text);
        } catch (error) {
          addIssue(error instanceof Error ? error.message : 'it is none');
          return z.NEVER;
        }
      })
      .default([]),
    {
      variable: 'CORS_ORIGINS',
      expects: 'origins such as https://example.org with commas between, or *',
      standard: 'none',
      meaning:
        'Pages of other origins that may use the server: requests, events and streams; those of this server always may.',
    },
  ),
  maxRuns: count('MAX_RUNS', 1000, 1, 2 ** 20, 'Runs that are kept for viewers; the oldest finished ones go first.'),
  runTtlMs: duration('RUN_TTL_MS', 300_000, 'How long a finished run is kept after its last viewer left.'),
  maxRunBytes: count('MAX_RUN_BYTES', 2 ** 28, 1, MAX_BYTES, 'Bytes that kept runs may hold: inputs and results.'),
  stepCacheBytes: count(
    'STEP_CACHE_BYTES',
    2 ** 26,
    2 ** 20,
    MAX_BYTES,
    'Bytes of written steps that are kept for further viewers; others are computed again.',
  ),
  maxRunSteps: count('MAX_RUN_STEPS', 1_000_000, 1, 2 ** 31, 'The most steps of a run; more is 413.'),
  maxStepBytes: count('MAX_STEP_BYTES', 2 ** 24, 1, 2 ** 30, 'The most bytes of the numbers of one step; more is 413.'),
  maxViewers: count('MAX_VIEWERS', 10_000, 1, 2 ** 20, 'Subscriptions to runs in total; more are 503.'),
  streamSubscriptions: count('STREAM_SUBSCRIPTIONS', 64, 1, 2 ** 16, 'Subscriptions of one connection.'),
  streamRuns: count('STREAM_RUNS', 16, 1, 2 ** 16, 'Unfinished or watched runs that one connection started.'),
  streamCredits: count('STREAM_CREDITS', 1_000_000, 1, 2 ** 31, 'Steps that a viewer may have granted ahead.'),
  streamMessageRate: count('STREAM_MESSAGE_RATE', 200, 1, 2 ** 20, 'Messages a second that one connection may send.'),
  streamMessageBurst: count('STREAM_MESSAGE_BURST', 2000, 1, 2 ** 20, 'Messages that it may send at once.'),
  streamHelloMs: duration('STREAM_HELLO_MS', 5000, 'How long a stream may wait for its hello; then 4408.'),
  streamHeartbeatMs: duration(
    'STREAM_HEARTBEAT_MS',
    15_000,
    'How often streams are pinged; no pong until the next ends it.',
  ),
  streamIdleMs: duration(
    'STREAM_IDLE_MS',
    300_000,
    'How long a stream may have no message and no step; then it is closed.',
  ),
  streamStallMs: duration('STREAM_STALL_MS', 30_000, 'How long a viewer may read nothing of what is sent; then 4499.'),
  shutdownMs: duration('SHUTDOWN_MS', 30_000, 'How long running requests may take to end after SIGTERM; then exit 1.'),
  logLevel: described(z.enum(LOG_LEVELS).default('info'), {
    variable: 'LOG_LEVEL',
    expects: oneOf(LOG_LEVELS),
    standard: 'info',
    meaning: 'The least level that is logged; probes are logged at debug.',
  }),
});

/** All settings of the server. */
export type Config = z.output<typeof configSchema>;

/** An environment that the server cannot start with; the message is one line for whoever set it. */
export class ConfigError extends Error {}

/**
 * The settings that the environment asks for. A variable that is empty counts as not set, as compose files leave them.
 * @throws ConfigError that names every wrong variable
 */
export function readConfig(environment: Record<string, string | undefined> = {}): Config {
  const given = (field: string) => environment[aboutOf(field).variable] || undefined;
  const read = configSchema.safeParse(
    Object.fromEntries(Object.keys(configSchema.shape).map((field) => [field, given(field)])),
  );
  if (read.success) return read.data;
  const wrong = new Map(read.error.issues.map((issue) => [String(issue.path[0]), issue]));
  const sentences = [...wrong].map(([field, { code, message }]) => {
    const { variable, expects } = aboutOf(field);
    const why = code === 'custom' ? `: ${message}` : '';
    return `${variable} is ${JSON.stringify(given(field)?.slice(0, 100))}, but must be ${expects}${why}`;
  });
  throw new ConfigError(sentences.join('; '));
}

/** The table of all variables, in Markdown, as it stands in the README. */
export function variablesTable(): string {
  const rows = Object.keys(configSchema.shape).map((field) => {
    const { variable, standard, meaning } = aboutOf(field);
    return `| \`${variable}\` | ${standard} | ${meaning} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

function aboutOf(field: string): About {
  const about = abouts.get(configSchema.shape[field as keyof typeof configSchema.shape]);
  if (about === undefined) throw new Error(`nothing is said about ${field}`);
  return about;
}
