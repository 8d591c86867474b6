/** Wrong uses of openapi-fetch, of which none may compile. */
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const client = createClient<paths, 'application/json' | 'application/problem+json'>({ baseUrl: '' });
const tensors = { query: [[1]], key: [[1]], value: [[1]] };

// @ts-expect-error a path that there is not
client.GET('/attentions');
// @ts-expect-error a method that the path does not take
client.GET('/attention');
// @ts-expect-error value is missing
client.POST('/attention', { body: { query: [[1]], key: [[1]] } });
// @ts-expect-error a tensor of texts
client.POST('/attention', { body: { ...tensors, query: [['1']] } });
// @ts-expect-error an output that there is not
client.POST('/attention', { body: { ...tensors, outputs: ['weigths'] } });
// @ts-expect-error a number as a text
client.POST('/attention', { body: { ...tensors, scale: '1' } });
// @ts-expect-error a detail that there is not
client.POST('/attention', { params: { query: { stream: true, detail: 'rows' } }, body: tensors });
// @ts-expect-error a run of no kind
client.POST('/runs', { body: { request: tensors, detail: 'row' } });
// @ts-expect-error a field of another kind
client.POST('/runs', { body: { request: { kind: 'attention', ...tensors, heads: ['semantic'] }, detail: 'row' } });
// @ts-expect-error neither text, texts, prompt nor inputs
client.POST('/tokenize', { body: { tokenizer: 'o200k_base' } });
// @ts-expect-error ids of texts
client.POST('/detokenize', { body: { ids: ['1'] } });
// @ts-expect-error a run without its id
client.GET('/runs/{id}', {});

const { error } = await client.POST('/tokenize', { body: { text: '' } });
// @ts-expect-error a code that this operation cannot answer
if (error?.code === 'ragged_array') throw error;
