import { product } from '../product.ts';
import type { Example } from './example.ts';

export const inferenceServerExample = {
  name: product.name,
  version: product.version,
  extensions: ['binary_tensor_data'],
};

/** e² : e⁰ : e², and their mean of the values. */
export const inferExamples: readonly Example[] = [
  {
    name: 'library',
    summary: 'The lesson: one query, three keys',
    request: {
      id: '42',
      parameters: { scale: 1 },
      inputs: [
        { name: 'query', shape: [1, 3], datatype: 'FP32', data: [1, 0, 1] },
        { name: 'key', shape: [3, 3], datatype: 'FP32', data: [1, 0, 1, 0, 1, 0, 1, 1, 1] },
        { name: 'value', shape: [3, 3], datatype: 'FP32', data: [10, 20, 30, 1, 2, 3, 5, 10, 15] },
      ],
      outputs: [{ name: 'output' }, { name: 'weights' }],
    },
    status: 200,
    answer: {
      model_name: 'attention',
      model_version: '1',
      id: '42',
      parameters: { kernel: 'wasm', scale: 1, shape: '[1,1,1,3]' },
      outputs: [
        { name: 'output', shape: [1, 3], datatype: 'FP32', data: [7.088036, 14.176072, 21.264109] },
        { name: 'weights', shape: [1, 3], datatype: 'FP32', data: [0.4683105, 0.06337893, 0.4683105] },
      ],
    },
  },
];
