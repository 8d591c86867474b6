/** What is found by what is typed. */

/** What can be gone to. */
export interface Place {
  kind: 'view' | 'sentence' | 'lesson' | 'key';
  title: string;
  /** The key that leads there, as it is printed. */
  key?: string;
  open(): void;
}

/** What kinds are called on the page, and found by. */
export const KINDS: Record<Place['kind'], string> = {
  view: 'view',
  sentence: 'sentence',
  lesson: 'page of the lesson',
  key: 'key',
};

/**
 * Places whose title, kind or key has each of the words that are typed: first those whose title begins with them, then those
 * with a word that does, then all others; among equals in their order.
 */
export function found(places: readonly Place[], typed: string): Place[] {
  const words = wordsOf(typed);
  const ranks = places.map((place) => ({ place, rank: rankOf(place, words) }));
  return ranks
    .filter(({ rank }) => rank < NOT_FOUND)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ place }) => place);
}

const NOT_FOUND = 3;

function rankOf({ kind, title, key }: Place, words: readonly string[]): number {
  const [first] = words;
  if (first === undefined) return 0;
  // A key is found by itself alone: the letter of a key is in most words.
  if (key !== undefined && words.length === 1 && key.toLowerCase() === first) return 0;
  const text = title.toLowerCase();
  const all = `${text} ${KINDS[kind]}`;
  if (!words.every((word) => all.includes(word))) return NOT_FOUND;
  if (text.startsWith(first)) return 0;
  return wordsOf(text).some((word) => word.startsWith(first)) ? 1 : 2;
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[\s“”"(),.:;!?]+/)
    .filter((word) => word !== '');
