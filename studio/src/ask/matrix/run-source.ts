/** A matrix of a run of the service: tiles are computed there, when they are asked for. */
import { SpotlightError } from 'spotlight-client';
import { post, refusalOf } from '../post.ts';
import type { MatrixSource, RowStatistics, TilePart } from './source.ts';

/** Steps whose numbers are a matrix of queries and keys. */
const MATRICES: readonly string[] = ['attn_scores', 'scaled', 'softcapped', 'biased', 'masked', 'pattern'];

interface RunDocument {
  run: string;
  plan: {
    sizes: { batch: number; heads: number; queries: number; keys: number };
    names: readonly { name: string }[];
    words?: { tokens: readonly string[]; context?: readonly string[]; heads: readonly string[] };
  };
}

/**
 * Starts a run, and gives its matrices.
 * @param request with its kind, as POST /runs takes it
 * @throws SpotlightError
 */
export async function runSource(request: object, title: string, signal: AbortSignal): Promise<MatrixSource> {
  const run = await started(request, signal);
  const { sizes, names, words } = run.plan;
  const steps = MATRICES.filter((step) => names.some(({ name }) => name === step));
  const of = `runs/${encodeURIComponent(run.run)}`;
  return {
    id: run.run,
    title,
    batch: sizes.batch,
    heads: sizes.heads,
    rows: sizes.queries,
    keys: sizes.keys,
    // Of a run in tiles only these are told; the others are there all the same.
    steps: steps.length > 0 ? steps : ['attn_scores', 'scaled', 'pattern'],
    ...(words && {
      words: { queries: words.tokens, keys: words.context ?? words.tokens },
      headNames: words.heads,
    }),
    tile: async (part, signal) => new Float32Array(await bytesOf(`${of}/matrix?${queryOf(part)}`, signal)),
    rowStatistics: (place, signal) => statisticsOf(of, place, signal),
  };
}

/** Row by row there are steps of each matrix by their names; of millions of rows they would be too many. */
async function started(request: object, signal: AbortSignal): Promise<RunDocument> {
  const ask = (detail: string) =>
    post({ path: 'runs', type: 'application/json', body: JSON.stringify({ detail, request }), signal });
  try {
    return documentOf(await ask('row'));
  } catch (error) {
    if (!(error instanceof SpotlightError && error.code === 'too_many_steps')) throw error;
    return documentOf(await ask('tile'));
  }
}

function documentOf(answer: unknown): RunDocument {
  if (isRun(answer)) return answer;
  throw new SpotlightError('bad_answer', 'the service started a run and did not say which');
}

const isRun = (value: unknown): value is RunDocument =>
  typeof value === 'object' && value !== null && 'run' in value && 'plan' in value;

function queryOf({ step, batch, head, rows, keys, pool, by }: TilePart): URLSearchParams {
  const place = { step, batch: `${batch}`, head: `${head}`, rows: rows.join(':'), keys: keys.join(':') };
  return new URLSearchParams({ ...place, pool: pool.join(','), by });
}

async function statisticsOf(
  of: string,
  { batch, head, rows }: Pick<TilePart, 'batch' | 'head' | 'rows'>,
  signal: AbortSignal,
): Promise<RowStatistics> {
  const query = new URLSearchParams({ batch: `${batch}`, head: `${head}`, rows: rows.join(':') });
  const bytes = await bytesOf(`${of}/rows?${query}`, signal);
  const { entropy, max_weight, max_key, mean_distance } = JSON.parse(new TextDecoder().decode(bytes));
  return { entropy, maxWeight: max_weight, maxKey: max_key, meanDistance: mean_distance };
}

/** @throws SpotlightError */
async function bytesOf(path: string, signal: AbortSignal): Promise<ArrayBuffer> {
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(path, { headers: { accept: 'application/octet-stream, application/json;q=0.5' }, signal });
    bytes = await response.arrayBuffer();
  } catch (cause) {
    throw new SpotlightError('connection_failed', `GET ${path.replace(/\?.*/, '')} got no answer`, { cause });
  }
  if (response.ok) return bytes;
  throw refusalOf(response, new TextDecoder().decode(bytes));
}
