/** What can be changed on a page whose point is one number; the service is asked again for each change. */
import type { Answered, Question } from './asked.ts';
import type { LessonPage } from './page.ts';

export interface Trial {
  /** In the link. */
  name: string;
  /** The request whose number it is. */
  request: string;
  label: string;
  /** What to try, and what happens then. */
  task: string;
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

const sharpness = (value: number) => (value < 0.3 ? 'nearly even' : value < 3 ? 'uneven' : 'sharp');

const scale = (request: string, task: string, hint: Trial['hint'] = sharpness): Trial => ({
  name: 'scale',
  request,
  label: 'Scores times',
  task,
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
  task: 'A low temperature leaves one word lit, a high one lights all alike.',
  least: 0.01,
  most: 10,
  isLinear: false,
  hint: (value) => (value < 0.3 ? 'sharp' : value < 1.5 ? 'soft' : 'even'),
  own: ({ answer }) => ('temperature' in answer.meta ? answer.meta.temperature : 0.1),
  change: (_body, value) => ({ temperature: value }),
});

const shift: Trial = {
  name: 'shift',
  request: 'shifted',
  label: 'Scores plus',
  task: 'Add what you like to all scores: no weight moves.',
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
  task: 'Give the first key another value: no weight changes, both sums do.',
  least: 0,
  most: 10,
  isLinear: true,
  hint: (value) => (value === 0 ? 'half of the weight adds nothing' : `half of the weight adds ${value / 2}`),
  own: ({ body }) => Number([('value' in body && body.value) || 0].flat(4)[0]),
  change: (body, value) => ({
    value: 'value' in body && Array.isArray(body.value) ? body.value.map((head) => withFirst(head, value)) : undefined,
  }),
};

const withFirst = (rows: unknown, value: number) => (Array.isArray(rows) ? [[value], ...rows.slice(1)] : rows);

const trials: Readonly<Record<string, readonly Trial[]>> = {
  'library-search': [
    scale('scaled', 'Small scores leave the weights even, large ones let the books that fit best share all.'),
  ],
  'sat-on-the-mat': [temperature('sharp')],
  'sleeping-cat': [temperature('sleeping')],
  'hello-monde': [temperature('hello')],
  cross: [temperature('question')],
  'myth-averaging': [
    scale(
      'three_queries',
      'Make all scores nearly 0, and each query gets the average: only then is it just averaging.',
      (value) => (value < 0.1 ? 'just averaging' : 'each query chooses'),
    ),
  ],
  'myth-largest-weight': [firstValue],
  'myth-more-is-better': [shift, scale('scaled', 'Multiply them, and the pattern changes.')],
};

export const trialsOf = (page: string): readonly Trial[] => trials[page] ?? [];

/** The requests of a page that are changed, as they are then sent. */
export function changedRequests(open: LessonPage, tried: Readonly<Record<string, number>>): readonly Question[] {
  const trials = trialsOf(open.name).filter(({ name }) => name in tried);
  return open.requests
    .filter(({ name }) => trials.some(({ request }) => request === name))
    .map(({ name, path, body }) => {
      const changes = trials
        .filter(({ request }) => request === name)
        .map((trial) => trial.change(body, tried[trial.name]));
      return { name, path, body: Object.assign({}, body, ...changes) };
    });
}
