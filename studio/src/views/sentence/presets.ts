/** Sentences to begin with. */
import { START, type State } from '../../state/state.ts';

interface Preset {
  title: string;
  state: Partial<State>;
}

/** What a preset decides about, as at the start where it does not say it; all else stays, as the temperature and the theme. */
const { text, context, mode, vectors, heads, combine, direction, excludeSelf } = START;
const plain = { text, context, mode, vectors, heads, combine, direction, excludeSelf, pair: undefined };

export const presets: readonly Preset[] = [
  { title: 'The cat sat on the mat', state: { ...plain, locked: [2] } },
  {
    title: 'The cat that I saw yesterday is sleeping',
    state: { ...plain, text: 'The cat that I saw yesterday is sleeping', locked: [7] },
  },
  {
    title: 'A long way from “cat” to “sleeping”',
    state: { ...plain, text: 'The cat that lives in the big house on the hill is sleeping', locked: [12] },
  },
  {
    title: 'Only what came before',
    state: { ...plain, text: 'The king spoke and the queen listened to the king', mode: 'causal', locked: [9] },
  },
  {
    title: 'Hello world looks at Bonjour monde',
    state: {
      ...plain,
      text: 'Hello world',
      context: 'Bonjour monde',
      mode: 'cross',
      vectors: 'bilingual-example',
      locked: [1],
    },
  },
  {
    title: 'A few lines of Python',
    state: {
      ...plain,
      text: 'def area(width, height):\n    size = width * height\n    return size\n\nprint(area(3, 4))',
      heads: ['syntax-code'],
      locked: [10],
    },
  },
  {
    title: 'All heads at once',
    state: { ...plain, heads: ['semantic', 'position', 'previous-token', 'same-token'], locked: [2] },
  },
];
