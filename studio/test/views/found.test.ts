import { describe, expect, it } from 'vitest';
import { found, type Place } from '../../src/views/search/found.ts';

const place = (kind: Place['kind'], title: string, key?: string): Place => ({
  kind,
  title,
  open: () => {},
  ...(key && { key }),
});
const places = [
  place('view', 'Sentence'),
  place('view', 'Lesson'),
  place('sentence', 'A long way from “cat” to “sleeping”'),
  place('sentence', 'The cat sat on the mat'),
  place('lesson', 'Catching up'),
  place('key', 'concatenate', 'x'),
];
const titles = (typed: string) => found(places, typed).map(({ title }) => title);

describe('a search', () => {
  it('shows all while nothing is typed', () => expect(titles(' ')).toEqual(places.map(({ title }) => title)));

  it('begins with titles that begin so, then those with such a word, then all that have it', () =>
    expect(titles('cat')).toEqual([
      'Catching up',
      'A long way from “cat” to “sleeping”',
      'The cat sat on the mat',
      'concatenate',
    ]));

  it('needs each of the words, in any order', () => expect(titles('MAT cat')).toEqual(['The cat sat on the mat']));

  it('finds all of a kind', () => expect(titles('view')).toEqual(['Sentence', 'Lesson']));

  it('finds what a key does by the key', () => expect(titles('x')).toEqual(['concatenate']));

  it('finds nothing of what there is not', () => expect(titles('dog')).toEqual([]));
});
