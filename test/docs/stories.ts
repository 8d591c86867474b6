/** Sections that go from arrays of NumPy to an answer: programs in Python that save and load archives, and commands between them. */
import { type Block, blocksOf, pages } from './blocks.ts';

export interface Story {
  page: string;
  section: string;
  /** In the order of the page; they share a folder. */
  blocks: readonly Block[];
}

const blocks = pages.flatMap(blocksOf);
const isTold = ({ language, text }: Block) => language === 'python' && /\bnp\.(savez|load)\b/.test(text);
const keyOf = ({ page, section }: Pick<Block, 'page' | 'section'>) => `${page} ${section}`;

export const stories: readonly Story[] = [...new Set(blocks.filter(isTold).map(keyOf))].map((key) => {
  const own = blocks.filter((block) => keyOf(block) === key);
  return { page: own[0].page, section: own[0].section, blocks: own };
});

const keys = new Set(stories.map(keyOf));

/** Whether a block needs what those before it in its section have left. */
export function isOfStory(block: Block): boolean {
  return keys.has(keyOf(block));
}
