/** Examples of the routes of runs. */
import { library } from '../../../text/examples/library.ts';
import type { Example } from './example.ts';

export const runStartExamples: readonly Example[] = [
  {
    name: 'lesson',
    summary: 'The lesson, row by row',
    request: {
      request: { kind: 'attention', ...library, query: [library.query], scale: 1 },
      detail: 'row',
    },
    status: 201,
    answer: {
      run: 'f840099a-30b9-4860-b029-2ccadfab57f4',
      state: 'running',
      plan: {
        detail: 'row',
        steps: 7,
        kernel: 'wasm',
        scale: 1,
        sizes: { batch: 1, heads: 1, key_heads: 1, queries: 1, keys: 3, head_dim: 3, value_dim: 3 },
        names: [
          { name: 'q', shape: [3], formula: 'q = query', tex: 'Q = \\text{query}' },
          { name: 'k', shape: [3, 3], formula: 'k = key', tex: 'K = \\text{key}' },
          { name: 'v', shape: [3, 3], formula: 'v = value', tex: 'V = \\text{value}' },
          { name: 'attn_scores', shape: [3], formula: 'attn_scores = q · kᵀ', tex: 'S = Q K^\\top' },
          { name: 'scaled', shape: [3], formula: 'scaled = 1 · attn_scores', tex: "S' = 1\\, S" },
          {
            name: 'pattern',
            shape: [3],
            formula: 'pattern = exp(scaled − max) / Σ exp(scaled − max), 0 in rows that see nothing',
            tex: "P = \\operatorname{softmax}(S')",
          },
          { name: 'z', shape: [3], formula: 'z = pattern · v', tex: 'Z = P V' },
        ],
      },
      viewers: 0,
      created_at: '2026-01-01T12:00:00.000Z',
      expires_at: null,
    },
  },
];
