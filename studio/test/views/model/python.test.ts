import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attentionsOf } from '../../../src/ask/model/attentions.ts';
import { openFile } from '../../../src/files/open.ts';
import { PYTHON } from '../../../src/views/model/python.ts';

const page = readFileSync(new URL('../../../../docs/studio.md', import.meta.url), 'utf8');
const [, onThePage] = /^```py\n([\s\S]*?)\n```$/m.exec(page) ?? [];

/** What a model and a tokenizer of transformers give, as far as the two lines ask: a tensor of PyTorch knows float and numpy. */
const STAND_IN = `import numpy
class Tensor:
    def __init__(self, array): self.array = array
    def __getitem__(self, index): return Tensor(self.array[index])
    def float(self): return Tensor(self.array.astype("float32"))
    def numpy(self, *, force=False):
        assert force
        return self.array
class out:
    attentions = tuple(Tensor((numpy.arange(2 * 3 * 3).reshape(1, 2, 3, 3) + 100 * layer) / 2) for layer in range(4))
class tokenizer:
    def convert_ids_to_tokens(ids): return [["[CLS]", "sl", "##eeps"][id] for id in ids]
ids = [[0, 1, 2]]
`;

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

describe('the two lines of Python', () => {
  it('are the same on the page, in the documents, and two', () => {
    expect(onThePage).toBe(PYTHON);
    expect(PYTHON.split('\n')).toHaveLength(2);
  });

  it.skipIf(!hasNumpy)('write a file that is read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spotlight-attention-'));
    try {
      writeFileSync(join(folder, 'write.py'), STAND_IN + PYTHON);
      const { stderr } = spawnSync('python3', ['write.py'], { cwd: folder, encoding: 'utf8' });
      expect(stderr).toBe('');
      const file = new File([readFileSync(join(folder, 'attention.npz'))], 'attention.npz');
      const { layers, batch, heads, rows, keys, tokens, read } = attentionsOf(await openFile(file));
      expect([layers, batch, heads, rows, keys]).toEqual([4, 1, 2, 3, 3]);
      expect(tokens?.[0].queries).toEqual(['[CLS]', 'sl', '##eeps']);
      // The second layer and head: from 100 + 9 on, halved.
      expect(Array.from(await read({ layer: 1, batch: 0, head: 1 }, 0, 1))).toEqual([54.5, 55, 55.5]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
