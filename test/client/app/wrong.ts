/** What must not compile: each of these lines is an error, and a compiler that finds none complains of the comment above it. */
import { SpotlightClient, SpotlightError } from 'spotlight-client';

const client = new SpotlightClient({ baseUrl: '/api' });
const tensors = { query: [[1]], key: [[1]], value: [[1]] };
const request = { kind: 'attention', ...tensors } as const;

// @ts-expect-error where the service is has to be said
new SpotlightClient({});
// @ts-expect-error there is no such option
new SpotlightClient({ baseUrl: '', url: '' });
// @ts-expect-error there is no such field
await client.attention({ ...tensors, casual: true });
// @ts-expect-error value is missing
await client.attention({ query: [[1]], key: [[1]] });
// @ts-expect-error an output has a name of the schema
await client.attention({ ...tensors, outputs: ['wait'] });
// @ts-expect-error numbers are not texts
await client.attention({ query: [['1']], key: [[1]], value: [[1]] });
// @ts-expect-error half-precision numbers come with their dtype
await client.attention({ ...tensors, query: { shape: [1, 1], data: new Uint16Array(1) } });
// @ts-expect-error there is no such form
await client.attention(tensors, { tensors: 'arrays' });
// @ts-expect-error the lse was not asked for
(await client.attention({ ...tensors, outputs: ['weights'] })).lse.length;
// @ts-expect-error a matrix is no list
const row: number[] = (await client.attention(tensors)).output;
// @ts-expect-error a tensor in JSON is no typed array
(await client.attention(tensors)).output.data.buffer;
// @ts-expect-error lse can be a text in JSON
const lse: number[] = (await client.attention({ ...tensors, outputs: ['lse'] })).lse;
// @ts-expect-error there are no weights when none are needed
(await client.multiHead({ ...tensors, num_heads: 1, out_proj_weight: [[1]], need_weights: false })).weights.length;
// @ts-expect-error a picture has no tokens
(await client.text({ text: 'a' }, { format: 'svg' })).tokens;
// @ts-expect-error nothing was focused on
(await client.text({ text: 'a' })).focus.text;
// @ts-expect-error there is no such format
await client.text({ text: 'a' }, { format: 'png' });
// @ts-expect-error one text or several
await client.tokenize({ tokenizer: 'words' });
// @ts-expect-error ids are numbers
await client.decode({ ids: ['1'] });
// @ts-expect-error a run is of a kind
client.stream(tensors, { detail: 'row' });
// @ts-expect-error a run is cut in some way
client.stream(request, {});
// @ts-expect-error there is no such detail
client.stream(request, { detail: 'rows' });
// @ts-expect-error a run that exists is not cut again
client.watch('r', { detail: 'row' });
// @ts-expect-error there is no such step
client.watch('r', { only: { steps: ['pattrn'] } });
// @ts-expect-error a pace is a number, or null
client.watch('r').speed('fast');
// @ts-expect-error the codes are those that are documented
export const never = new SpotlightError('not_finite', '').code === 'nonsense';
export { lse, row };
