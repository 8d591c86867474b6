import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { MatrixSource } from '../../../src/ask/matrix/source.ts';
import { windowOf } from '../window.ts';

const { matrixOf, say } = vi.hoisted(() => ({ matrixOf: vi.fn(), say: vi.fn() }));
vi.mock('../../../src/ask/service.ts', () => ({ service: {} }));
vi.mock('../../../src/ask/tensors/as-matrix.ts', () => ({ matrixOf }));
vi.mock('../../../src/views/message.tsx', () => ({ say }));
vi.mock(import('../../../src/ask/tensors/asked.ts'), async (original) => ({
  ...(await original()),
  request: () => ({ query: [[1]] }),
}));

const source = (id: string): MatrixSource => ({
  id,
  title: id,
  batch: 1,
  heads: 1,
  rows: 1,
  keys: 1,
  steps: ['pattern'],
  tile: async () => Float32Array.of(1),
});

/** A start that the service answers when it is told to. */
function start() {
  let resolve: (started: MatrixSource) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<MatrixSource>((...both) => {
    [resolve, reject] = both;
  });
  matrixOf.mockReturnValueOnce(promise);
  return { resolve, reject };
}

async function page() {
  const { given } = await import('../../../src/ask/matrix/source.ts');
  const { openInMatrix } = await import('../../../src/views/tensors/picks.ts');
  const { go, state } = await import('../../../src/state/here.ts');
  return { given, openInMatrix, go, state };
}

beforeAll(() => {
  vi.stubGlobal('window', windowOf(''));
});

describe('a request that is opened in Matrix', () => {
  it('is shown whole, wherever one looked in the matrix before', async () => {
    const { given, openInMatrix, go, state } = await page();
    const { resolve } = start();
    go({ matrixSight: { row: 5, key: 5, cell: 9 }, matrixCell: { query: 5, key: 5 } });
    const opening = openInMatrix();
    expect(say).toHaveBeenLastCalledWith('Opening it in Matrix …');
    resolve(source('one'));
    await opening;
    expect(given.value?.id).toBe('one');
    expect(state.value).toMatchObject({ view: 'matrix', matrixSight: undefined, matrixCell: undefined });
  });

  it('is the one of the last click, whichever is answered first', async () => {
    const { given, openInMatrix } = await page();
    const [first, second] = [start(), start()];
    const both = [openInMatrix(), openInMatrix()];
    second.resolve(source('second'));
    await both[1];
    first.resolve(source('first'));
    await both[0];
    expect(given.value?.id).toBe('second');
  });

  it('says nothing of a click before the last that failed', async () => {
    const { given, openInMatrix } = await page();
    const [first, second] = [start(), start()];
    const both = [openInMatrix(), openInMatrix()];
    second.resolve(source('second'));
    await both[1];
    say.mockReset();
    first.reject(new Error('no answer'));
    await both[0];
    expect(given.value?.id).toBe('second');
    expect(say).not.toHaveBeenCalled();
  });
});
