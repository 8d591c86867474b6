/** Wrong uses of the functions that @hey-api/openapi-ts makes, of which none may compile. */
import * as spotlight from './hey/index.js';

const tensors = { query: [[1]], key: [[1]], value: [[1]] };

// @ts-expect-error an operation that there is not
spotlight.attend({ body: tensors });
// @ts-expect-error no body
spotlight.attention();
// @ts-expect-error value is missing
spotlight.attention({ body: { query: [[1]], key: [[1]] } });
// @ts-expect-error a tensor of texts
spotlight.attention({ body: { ...tensors, query: [['1']] } });
// @ts-expect-error an output that there is not
spotlight.attention({ body: { ...tensors, outputs: ['weigths'] } });
// @ts-expect-error a field of another route
spotlight.attention({ body: { ...tensors, num_heads: 2 } });
// @ts-expect-error a detail that there is not
spotlight.attention({ query: { stream: true, detail: 'rows' }, body: tensors });
// @ts-expect-error a run of no kind
spotlight.startRun({ body: { request: tensors, detail: 'row' } });
// @ts-expect-error a field of another kind
spotlight.startRun({ body: { request: { kind: 'attention', ...tensors, heads: ['semantic'] }, detail: 'row' } });
// @ts-expect-error neither text, texts, prompt nor inputs
spotlight.tokenize({ body: { tokenizer: 'o200k_base' } });
// @ts-expect-error ids of texts
spotlight.detokenize({ body: { ids: ['1'] } });
// @ts-expect-error a run without its id
spotlight.getRun({});

const { error } = await spotlight.tokenize({ body: { text: '' } });
// @ts-expect-error a code that this operation cannot answer
if (error?.code === 'ragged_array') throw error;
