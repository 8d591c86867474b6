/** What the types of the package promise: a program that compiles, and needs no cast. */
import {
  type AttentionAnswer,
  type AttentionRequest,
  type JsonNumber,
  type OutputName,
  type RunRequest,
  SpotlightClient,
  SpotlightError,
  type Step,
  type StepStream,
  type Tensor,
  type TypedAnswerTensor,
} from 'spotlight-client';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles when the value is of this very type. */
declare function exactly<T>(): <U>(value: U, ...same: Equal<T, U> extends true ? [] : [never]) => void;

const client = new SpotlightClient({ baseUrl: '', WebSocket, fetch, retries: { attempts: 2 } });
const key = [[1, 0, 1]];
const value = [[1]];
const typed = { shape: [1, 3], data: new Float32Array(3) };

export async function ranksFollowTheQuery(): Promise<void> {
  const outputs = ['weights', 'lse', 'scores', 'masked_scores', 'stats', 'present'] as const;
  const one = await client.attention({ query: [1, 0, 1], key, value, outputs });
  exactly<number[]>()(one.output);
  exactly<number[]>()(one.weights);
  exactly<JsonNumber>()(one.lse);
  exactly<number>()(one.stats.entropy);
  exactly<number>()(one.stats.per_head.entropy);
  exactly<number[][]>()(one.present_key);
  const two = await client.attention({ query: [[1, 0, 1]], key, value, outputs });
  exactly<number[][]>()(two.output);
  exactly<number[][]>()(two.weights);
  exactly<JsonNumber[]>()(two.lse);
  exactly<JsonNumber[][]>()(two.masked_scores);
  exactly<number[]>()(two.stats.max_key);
  exactly<number>()(two.stats.per_head.max_weight);
  exactly<number[][]>()(two.present_value);
  const three = await client.attention(
    { query: [[[1]]], key: [[[1]]], value: [[[1]]], outputs },
    { tensors: 'numbers' },
  );
  exactly<number[][][]>()(three.output);
  exactly<number[][]>()(three.lse);
  exactly<number[]>()(three.stats.per_head.entropy);
  const four = await client.attention({ query: [[[[1]]]], key: [[[[1]]]], value: [[[[1]]]], outputs });
  exactly<number[][][][]>()(four.weights);
  exactly<JsonNumber[][][]>()(four.lse);
  exactly<number[][]>()(four.stats.per_head.entropy);
  const sum: number = two.weights[0][0] + three.output[0][0][0];
  console.log(sum);
}

export async function whatIsAskedForIsThere(): Promise<void> {
  const listed = await client.attention({ query: key, key, value, outputs: ['weights', 'stats'] });
  exactly<number[][]>()(listed.weights);
  exactly<JsonNumber[] | undefined>()(listed.lse);
  const needed = await client.attention({ query: key, key, value, need_weights: true });
  exactly<number[][]>()(needed.weights);
  const plain = await client.attention({ query: key, key, value });
  exactly<number[][] | undefined>()(plain.weights);
  // Of what is decided when the program runs, nobody knows.
  const perhaps: OutputName[] = Math.random() < 0.5 ? ['weights'] : [];
  exactly<number[][] | undefined>()((await client.attention({ query: key, key, value, outputs: perhaps })).weights);
  const either = Math.random() < 0.5 ? (['weights'] as const) : (['lse'] as const);
  exactly<number[][] | undefined>()((await client.attention({ query: key, key, value, outputs: either })).weights);
  const need: boolean = Math.random() < 0.5;
  exactly<number[][] | undefined>()((await client.attention({ query: key, key, value, need_weights: need })).weights);
}

export async function formsFollowTheRequest(): Promise<void> {
  const bytes = await client.attention(
    { query: typed, key: typed, value: typed, outputs: ['lse'] },
    { tensors: 'typed' },
  );
  exactly<TypedAnswerTensor>()(bytes.output);
  exactly<TypedAnswerTensor>()(bytes.lse);
  const flat = await client.attention({ query: key, key, value, tensor_format: 'flat' });
  exactly<number[]>()(flat.output.data);
  // A number of its own stands by itself in every format.
  const single = await client.attention({ query: [1, 0, 1], key, value, tensor_format: 'flat', outputs: ['lse'] });
  exactly<JsonNumber>()(single.lse);
  const base64 = await client.attention({ query: key, key, value, tensor_format: 'base64' });
  exactly<string>()(base64.output.data);
  const asQuery = await client.attention({ query: { shape: [1, 3], data: [1, 0, 1] }, key, value });
  exactly<number[]>()(asQuery.output.data);
  const numbers = await client.attention({ query: typed, key, value, tensor_format: 'flat' }, { tensors: 'numbers' });
  // The rank of a shape that is a list of any length is not known.
  exactly<number[] | number[][] | number[][][] | number[][][][]>()(numbers.output);
  const form: 'json' | 'typed' = Math.random() < 0.5 ? 'json' : 'typed';
  exactly<number[][] | TypedAnswerTensor>()(
    (await client.attention({ query: key, key, value }, { tensors: form })).output,
  );
}

export async function requestsMayBeReadOnly(): Promise<void> {
  const frozen = { query: [[1, 0, 1]], key: [[1, 0, 1]], value: [[1]], outputs: ['weights'] } as const;
  exactly<number[][]>()((await client.attention(frozen)).weights);
  const { tokens } = await client.tokenize({ text: 'a', allowed_special: ['<|endoftext|>'] as const });
  await client.decode({ ids: tokens.map(({ id }) => id ?? 0) });
}

/** Requests of several forms, one after another. */
export async function mixed(): Promise<void> {
  const lists = { query: key, key, value };
  const arrays = { query: typed, key: typed, value: typed };
  for (const request of [lists, arrays]) {
    const { output }: AttentionAnswer<'typed'> = await client.attention(request, { tensors: 'typed' });
    exactly<Float32Array | Float64Array>()(output.data);
  }
  for (const request of [{ text: 'a' }, { text: 'a', focus: 0 }]) await client.text(request);
}

/** A function of a program that knows nothing of its query. */
export async function anything(
  request: AttentionRequest,
  query: Tensor,
): Promise<AttentionAnswer | AttentionAnswer<'typed'>> {
  const answer = await client.attention({ ...request, query });
  const bytes: AttentionAnswer<'typed'> = await client.attention(request, { tensors: 'typed' });
  return Math.random() < 0.5 ? answer : bytes;
}

export async function multiHead(): Promise<void> {
  const request = { query: key, key, value, num_heads: 1, out_proj_weight: [[1]], in_proj_weight: [[1]] };
  exactly<number[][]>()((await client.multiHead(request)).weights);
  exactly<number[][][]>()((await client.multiHead({ ...request, average_attn_weights: false })).weights);
  exactly<number[][] | undefined>()((await client.multiHead({ ...request, need_weights: false })).weights);
  exactly<number[][][][]>()(
    (await client.multiHead({ ...request, query: [[[1]]], average_attn_weights: false })).weights,
  );
  exactly<TypedAnswerTensor>()((await client.multiHead(request, { tensors: 'typed' })).weights);
}

export async function words(): Promise<void> {
  const answer = await client.text({ text: 'a b' });
  exactly<number[][]>()(answer.weights);
  exactly<number[][]>()(answer.heads[0].weights);
  exactly<number[]>()(answer.stats.entropy);
  exactly<undefined>()(answer.focus === undefined ? answer.focus : undefined);
  const focused = await client.text({ text: 'a b', focus: 'b', outputs: ['masked_scores'] });
  exactly<string>()(focused.focus.looks_at[0].text);
  exactly<JsonNumber[][]>()(focused.heads[0].masked_scores);
  exactly<number[][] | undefined>()(focused.weights);
  exactly<string>()(await client.text({ text: 'a b' }, { format: 'svg' }));
  exactly<string>()(await client.text({ text: 'a b' }, { format: 'text' }));
  exactly<string>()(await client.example('library-search', { format: 'svg', request: 'x' }));
  exactly<string>()((await client.example('library-search')).look_at);
  exactly<string>()((await client.examples()).examples[0].name);
  exactly<string[]>()(await client.decode({ ids: [[1], [2]] }));
  exactly<string>()((await client.info()).kernel.name);
  exactly<boolean>()((await client.ready()) && (await client.live()));
}

export async function streams(): Promise<void> {
  const request: RunRequest = { kind: 'attention', query: key, key, value };
  const bytes: StepStream<'typed'> = client.stream(request, {
    detail: 'row',
    tensors: 'typed',
    onRestart: ({ run }) => console.log(run),
  });
  for await (const step of bytes) exactly<Float32Array | Float64Array>()(step.data.data);
  const shown: Step[] = [];
  for await (const step of client.watch('r', { after: 3, only: { steps: ['z'], rows: [1] } })) shown.push(step);
  const { plan, expiresAt } = await bytes.started;
  exactly<number>()(plan.sizes.key_heads);
  exactly<Date>()(expiresAt);
  exactly<number[][]>()((await bytes.summary).stats.max_weight);
}

export function codes(error: unknown): boolean {
  return error instanceof SpotlightError && (error.code === 'invalid_argument' || error.code === 'not_finite');
}
