/** Examples of what POST /attention/text answers to people: lines and pictures. */
import { heatMap } from '../../../text/heat-map.ts';
import type { Example } from './example.ts';

const request = {
  text: 'red car',
  vectors: { red: [1, 0], car: [3, 4] },
  temperature: 1,
  exclude_self: false,
};

/** e^1 and e^0.6, divided by their sum. */
const weights = Float32Array.from([0.5986877, 0.4013123, 0.4013123, 0.5986877]);
const words = ['red', 'car'];

const lines = `Attention in “red car”

encoder: softmax(score / 1)

semantic, constructed: q and k are the unit vectors of the words (2 numbers), so
the score is their cosine; a word of which nothing is known is looked at last

        red     car
red  █ 0.60  ▆ 0.40
car  ▆ 0.40  █ 0.60

█ = 0.60, the largest weight

"red" looks at

position  word  weight
       0  red   0.5987  ████████████████████████████████████████████████████████
       1  car   0.4013  █████████████████████████████████████▌

From "red" to its weights

1. score   = query of "red" · key of the word
2. scaled  = score × 1
3. weight  = e^(scaled − max) ÷ sum, where max = 1.0000 and sum = 1.6703

word   score  scaled  e^(scaled − max)  weight
red   1.0000  1.0000            1.0000  0.5987
car   0.6000  0.6000            0.6703  0.4013
`;

export const shownExamples: readonly Example[] = [
  {
    name: 'as_text',
    summary: 'For a terminal (Accept: text/plain)',
    request: { ...request, focus: 'red' },
    status: 200,
    accept: 'text/plain',
    answer: lines,
  },
  {
    name: 'as_picture',
    summary: 'As a picture (Accept: image/svg+xml)',
    request,
    status: 200,
    accept: 'image/svg+xml',
    // Drawn for whoever reads the document: at import it was 25 ms of every start.
    get answer() {
      return heatMap({
        title: 'Attention in “red car”',
        rows: words,
        columns: words,
        panels: [{ name: 'semantic', weights }],
      });
    },
  },
];
