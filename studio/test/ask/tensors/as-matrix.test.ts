import { SpotlightError } from 'spotlight-client';
import { describe, expect, it } from 'vitest';
import type { MatrixSource, TilePart } from '../../../src/ask/matrix/source.ts';
import { matrixOf } from '../../../src/ask/tensors/as-matrix.ts';

const part: TilePart = { step: 'pattern', batch: 0, head: 0, rows: [0, 1], keys: [0, 1], pool: [1, 1], by: 'max' };
const signal = new AbortController().signal;
const gone = () => new SpotlightError('run_not_found', 'There is no such run');

/** A service whose runs answer so many tiles, and are gone then. */
function service(tiles: number) {
  const started: object[] = [];
  const start = async (request: object, title: string): Promise<MatrixSource> => {
    started.push(request);
    const number = started.length;
    let left = tiles;
    const tile = async () => {
      if (left-- <= 0) throw gone();
      return Float32Array.of(number);
    };
    return { id: `${number}`, title, batch: 1, heads: 1, rows: 1, keys: 1, steps: ['pattern'], tile };
  };
  return { started, start };
}

describe('a request as a matrix', () => {
  it('is one run of it, with the words of its rows and columns', async () => {
    const { started, start } = service(2);
    const source = await matrixOf({ scale: 1 }, { queries: ['a'], keys: ['b'] }, start);
    expect(source.words).toEqual({ queries: ['a'], keys: ['b'] });
    expect([...(await source.tile(part, signal))]).toEqual([1]);
    expect(started).toEqual([{ kind: 'attention', scale: 1 }]);
  });

  it('is run again, once for all who ask, when the service has let it go', async () => {
    const { started, start } = service(2);
    const source = await matrixOf({}, undefined, start);
    const tiles = await Promise.all([1, 2, 3, 4].map(() => source.tile(part, signal)));
    expect(tiles.map(([run]) => run)).toEqual([1, 1, 2, 2]);
    expect(started).toHaveLength(2);
  });

  it('is not asked for ever where each run is gone at once', async () => {
    const { started, start } = service(0);
    const source = await matrixOf({}, undefined, start);
    await expect(source.tile(part, signal)).rejects.toMatchObject({ code: 'run_not_found' });
    expect(started).toHaveLength(2);
  });

  it('is run again when the service that was away is back', async () => {
    const { started, start } = service(1);
    let isAway = false;
    const away = new SpotlightError('connection_failed', 'no answer');
    const source = await matrixOf({}, undefined, async (request, title) => {
      if (isAway) throw away;
      return await start(request, title);
    });
    await source.tile(part, signal);
    isAway = true;
    await expect(source.tile(part, signal)).rejects.toBe(away);
    isAway = false;
    expect([...(await source.tile(part, signal))]).toEqual([2]);
    expect(started).toHaveLength(2);
  });

  it('is refused where the service does not take it', async () => {
    const refuse = async () => Promise.reject(new SpotlightError('invalid_option', 'scale must be a number'));
    await expect(matrixOf({ scale: 'x' }, undefined, refuse)).rejects.toMatchObject({ code: 'invalid_option' });
  });
});
