import { describe, expect, it } from 'vitest';
import { reachPicture, waitingPicture } from '../../src/pictures/reach.ts';

const words = [
  { text: 'cat', attention: 0.75, sequential: 0.125 },
  { text: 'is', attention: 0.25, sequential: 0.25 },
  { text: 'asleep', attention: 0, sequential: 0.5 },
];
const setting = { words, from: 0, to: 2, width: 300, unit: 1, widest: (size: number) => 3 * size };

describe('the reach of two readers', () => {
  const { marks, height } = reachPicture(setting);
  const texts = marks.flatMap((mark) => (mark.is === 'text' ? [mark.text] : []));

  it('stands in numbers below each word, 0 as a point', () => {
    expect(texts.slice(0, 3)).toEqual(['cat', 'is', 'asleep']);
    expect(texts.slice(3)).toEqual(['0.75', '0.13', '0.25', '0.25', '·', '0.50']);
  });

  it('has the same scale for both: equal parts are equally high', () => {
    const dots = marks.flatMap((mark) => (mark.is === 'dot' ? [mark] : []));
    const at = (paint: string) => dots.filter((dot) => dot.paint === paint).map(({ y }) => y);
    const [attention, sequential] = [at('light'), at('head-0')];
    expect(attention[1]).toBe(sequential[1]);
    expect(attention[0]).toBeLessThan(sequential[0]);
    expect(Math.max(...attention, ...sequential)).toBeLessThan(height);
  });

  it('has room only for the number of the word that is looked for where words are many', () => {
    const many = Array.from({ length: 20 }, () => words[1]);
    const { marks } = reachPicture({ ...setting, words: many });
    expect(marks.filter((mark) => mark.is === 'text' && mark.text === '0.25')).toHaveLength(2);
  });
});

describe('the steps of two readers', () => {
  it('say how many wait, and are as many dots for both', () => {
    const { marks } = waitingPicture(4, 300, 1);
    expect(marks.filter(({ is }) => is === 'dot')).toHaveLength(8);
    expect(marks.filter(({ is }) => is === 'path')).toHaveLength(3);
    expect(marks.filter(({ is }) => is === 'frame')).toHaveLength(1);
    expect(marks.flatMap((mark) => (mark.is === 'text' ? [mark.text] : []))).toEqual([
      'one by one: 4 steps, each waits for the one before',
      'attention: 1 step, all words at once',
    ]);
  });
});
