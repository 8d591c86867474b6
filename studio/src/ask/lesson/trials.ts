/** What can be changed on a page whose point is one number; the service is asked again for each change. */
import type { Answered, Question } from './asked.ts';

export interface Trial {
  /** In the link. */
  name: string;
  /** The request whose number it is. */
  request: string;
  label: string;
  least: number;
  most: number;
  /** Whether its steps are sums; else each is a factor. */
  isLinear: boolean;
  /** What it means where it stands. */
  hint(value: number): string;
  /** The example's own. */
  own(request: Answered): number;
  /** Members of the body that are others with a value. */
  change(body: Question['body'], value: number): Record<string, unknown>;
}

const scale = (request: string, hint: Trial['hint']): Trial => ({
  name: 'scale',
  request,
  label: 'Scores times',
  least: 0.01,
  most: 10,
  isLinear: false,
  hint,
  own: ({ answer }) => ('scale' in answer.meta ? answer.meta.scale : 1),
  change: (_body, value) => ({ scale: value }),
});

const temperature = (request: string): Trial => ({
  name: 'temperature',
  request,
  label: 'Temperature',
  least: 0.01,
  most: 10,
  isLinear: false,
  hint: (value) => (value < 0.3 ? 'sharp' : value < 1.5 ? 'soft' : 'even'),
  own: ({ answer }) => ('temperature' in answer.meta ? answer.meta.temperature : 0.1),
  change: (_body, value) => ({ temperature: value }),
});

const sharpness = (value: number) => (value < 0.3 ? 'almost even' : value < 3 ? 'some prefer' : 'nearly one alone');

const shift: Trial = {
  name: 'shift',
  request: 'shifted',
  label: 'Scores plus',
  least: -20,
  most: 20,
  isLinear: true,
  hint: () => 'the same added to all',
  own: ({ body }) => Number([('attn_mask' in body && body.attn_mask) || 0].flat(4)[0]),
  change: (_body, value) => ({ attn_mask: [[value, value, value]] }),
};

/** The value that all heads' first key has. */
const firstValue: Trial = {
  name: 'value',
  request: 'two_heads',
  label: 'Value of the first key',
  least: 0,
  most: 10,
  isLinear: true,
  hint: (value) => (value === 0 ? 'half of the weight, and nothing comes of it' : 'the weight stays, the output moves'),
  own: ({ body }) => Number([('value' in body && body.value) || 0].flat(4)[0]),
  change: (body, value) => ({
    value: 'value' in body && Array.isArray(body.value) ? body.value.map((head) => withFirst(head, value)) : undefined,
  }),
};

const withFirst = (rows: unknown, value: number) => (Array.isArray(rows) ? [[value], ...rows.slice(1)] : rows);

const trials: Readonly<Record<string, readonly Trial[]>> = {
  'library-search': [scale('scaled', sharpness)],
  'sat-on-the-mat': [temperature('sharp')],
  'sleeping-cat': [temperature('sleeping')],
  'hello-monde': [temperature('hello')],
  cross: [temperature('question')],
  'myth-averaging': [scale('three_queries', (value) => (value < 0.1 ? 'just averaging' : 'each chooses'))],
  'myth-largest-weight': [firstValue],
  'myth-more-is-better': [shift, scale('scaled', sharpness)],
};

export const trialsOf = (page: string): readonly Trial[] => trials[page] ?? [];
