import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PIECE_BYTES, writePieces } from '../../../src/jobs/shared/job-bytes.ts';
import { readRanges } from '../../../src/jobs/shared/spread/byte-ranges.ts';
import { RedisLink } from '../../../src/redis/redis-link.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';

const BYTES = 3 * PIECE_BYTES + 77;
const body = Uint8Array.from({ length: BYTES }, (_, i) => (i * 31) % 251);
/** Near where pieces meet, and anywhere. */
const place = fc.oneof(
  fc.integer({ min: 0, max: BYTES }),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -2, max: 2 }))
    .map(([piece, by]) => piece * PIECE_BYTES + by),
);
const within = (at: number) => Math.max(0, Math.min(BYTES, at));
const ranges = fc
  .array(fc.tuple(place, place), { maxLength: 5 })
  .map((all) => all.map(([a, b]): [number, number] => [within(Math.min(a, b)), within(Math.max(a, b))]));

describe.skipIf(!hasRedis)('ranges of bytes that lie in Redis in pieces', () => {
  let redis: RedisServer;
  let link: RedisLink;
  const nameOf = (piece: number) => link.key('body', String(piece));

  beforeAll(async () => {
    redis = await startRedis();
    const log = { info: () => {}, warn: () => {} };
    link = await RedisLink.connect({ redisUrl: redis.url, redisPrefix: 'test', redisTimeoutMs: 10_000 }, log);
    await new Promise<void>((resolve) => (link.isThere ? resolve() : link.onBack(resolve)));
    await writePieces(link, nameOf, [body]);
  });
  afterAll(async () => {
    link.close();
    await redis.close();
  });

  test.prop([ranges], { numRuns: 50 })('are read one behind the other', async (asked) => {
    const expected = Buffer.concat(asked.map(([start, end]) => body.subarray(start, end)));
    const into = new Uint8Array(3 + expected.byteLength);
    await readRanges(link, nameOf, asked, { into, at: 3 });
    expect(expected.equals(into.subarray(3))).toBe(true);
  });

  it('are refused where some of them are gone, and may be asked for again', async () => {
    const into = new Uint8Array(8);
    const gone = readRanges(link, nameOf, [[BYTES - 4, BYTES + 4]], { into });
    await expect(gone).rejects.toMatchObject({ code: 'sharing_unavailable' });
    await readRanges(link, nameOf, [[BYTES - 8, BYTES]], { into });
    expect(Buffer.from(into).equals(body.subarray(BYTES - 8))).toBe(true);
  });
});
