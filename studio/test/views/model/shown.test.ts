import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Attentions } from '../../../src/ask/model/attentions.ts';
import { windowOf } from '../window.ts';

let shownOf: (queries: string[] | undefined, keys: string[], isMerged?: boolean) => Promise<boolean>;

const attentionsOf = (queries: string[] | undefined, keys: string[]): Attentions => ({
  id: 'test',
  name: 'test',
  layers: 1,
  batch: 1,
  heads: 1,
  rows: queries?.length ?? keys.length,
  keys: keys.length,
  tokens: queries && [{ queries, keys }],
  note: undefined,
  read: async (_, from, to) => new Float32Array((to - from) * keys.length),
});

beforeAll(async () => {
  vi.stubGlobal('window', windowOf('#view=model'));
  const { attentions } = await import('../../../src/ask/model/opened.ts');
  const { go } = await import('../../../src/state/here.ts');
  const { shown } = await import('../../../src/views/model/shown.ts');
  let files = 0;
  shownOf = async (queries, keys, isMerged = false) => {
    go({ isMerged });
    attentions.value = { ...attentionsOf(queries, keys), id: `test ${++files}` };
    await vi.waitUntil(() => shown.value !== undefined);
    return shown.value?.isSelf ?? false;
  };
});

describe('words look at themselves', () => {
  it('where the queries are the words of the keys', async () => {
    expect(await shownOf(['the', 'cat'], ['the', 'cat'])).toBe(true);
    expect(await shownOf(['un', '##do'], ['un', '##do'], true)).toBe(true);
  });

  it('where there are as many without words', async () => {
    expect(await shownOf(undefined, ['0', '1'])).toBe(true);
  });

  it('but not where two texts are as long as each other', async () => {
    expect(await shownOf(['the', 'cat'], ['le', 'chat'])).toBe(false);
    expect(await shownOf(['un', '##do'], ['re', '##do'], true)).toBe(false);
    const long = (word: string) => Array.from({ length: 1025 }, (_, i) => `${word}${i}`);
    expect(await shownOf(long('a'), long('b'))).toBe(false);
  });
});
