import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lesson } from '../../lesson.ts';
import { exchange, parsed, post, type Serving, serve } from '../serving.ts';

const refusal = z.object({ code: z.string(), detail: z.string(), pointer: z.string() });

let serving: Serving;
let run: string;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  const started = await post(`${serving.url}/attention?stream=1&detail=row`, JSON.stringify(lesson));
  run = z.object({ run: z.string() }).parse(await started.json()).run;
});
afterAll(() => serving.app.close());

/** The refusal of a request, which must be 422; `{run}` stands for the id of a run. */
async function refused(method: string, target: string): Promise<z.infer<typeof refusal>> {
  const body = method === 'POST' ? JSON.stringify(lesson) : undefined;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(serving.url + target.replace('{run}', run), { method, body, ...(body && { headers }) });
  expect(answer.status, target).toBe(422);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  return refusal.parse(await answer.json());
}

describe('a query parameter', () => {
  it.each([
    ['POST', '/attention?steam=1', 'stream, detail, tile_rows, tile_keys; did you mean "stream"?'],
    ['POST', '/attention?tileRows=1', 'did you mean "tile_rows"?'],
    ['POST', '/attention/multi-head?scale=1', 'stream, detail, tile_rows, tile_keys'],
    ['POST', '/attention/text?text=x', 'stream, detail, tile_rows, tile_keys'],
    ['POST', '/tokenize?x=1', 'none'],
    ['POST', '/detokenize?x=1', 'none'],
    ['POST', '/decode?x=1', 'none'],
    ['POST', '/runs?detail=row', 'none'],
    ['GET', '/?x=1', 'none'],
    ['GET', '/info?x', 'none'],
    ['GET', '/health/live?x=1', 'none'],
    ['GET', '/health/ready?x=1', 'none'],
    ['GET', '/tokenizers?x=1', 'none'],
    ['GET', '/examples?format=json', 'none'],
    ['GET', '/examples/library-search?formt=svg', 'format, request; did you mean "format"?'],
    ['GET', '/runs/{run}?x=1', 'none'],
    ['DELETE', '/runs/{run}?x=1', 'none'],
    ['GET', '/runs/{run}/events?step=z', 'after, steps, heads, rows, ticket; did you mean "steps"?'],
    ['GET', '/attention/stream?token=x', 'ticket'],
    ['GET', '/openapi.json?x=1', 'none'],
    ['GET', '/asyncapi.json?x=1', 'none'],
    ['GET', '/docs?x=1', 'none'],
    ['GET', '/docs/errors?x=1', 'none'],
  ])('that %s %s does not have is refused with those that there are', async (method, target, names) => {
    const { code, detail, pointer } = await refused(method, target);
    expect(code).toBe('unknown_field');
    expect(detail).toContain(names);
    expect(pointer).toBe(`/${/[?&](\w+)/.exec(target)?.[1]}`);
  });

  it.each([
    ['POST', '/attention?stream=1&stream=0', 'stream must be given once'],
    ['GET', '/examples/library-search?format=svg&format=text&format=svg', 'format must be given once'],
    ['GET', '/runs/{run}/events?after=1&after=2', 'after must be given once'],
    ['POST', '/attention?stream=maybe', 'stream must be 1 or 0'],
    ['POST', '/attention?stream=1&detail=tiles', 'detail must be one of whole, head, row, tile; did you mean "tile"?'],
    ['POST', '/attention?stream=1&detail=tile&tile_rows=0', 'tile_rows must be a whole number from 1 to 256'],
    ['POST', '/attention?stream=1&detail=tile&tile_keys=x', 'tile_keys must be a whole number from 1 to 4096'],
    ['POST', '/attention?stream=1&detail=tile&tile_keys=', 'tile_keys must be a whole number from 1 to 4096'],
    ['POST', '/attention?stream=1&detail=tile&tile_rows=1.5', 'tile_rows must be a whole number from 1 to 256'],
    ['GET', '/examples/library-search?format=pdf', 'format must be one of json, text, svg'],
    ['GET', '/examples/library-search?request=nothing', 'request must be one of '],
    ['GET', '/runs/{run}/events?steps=patern', 'pattern, z, result, with commas between; did you mean "pattern"?'],
    ['GET', '/runs/{run}/events?steps=q,soup,z', 'steps must be some of q, k, v, attn_scores'],
    ['GET', '/runs/{run}/events?steps=', 'steps must be some of q, k, v, attn_scores'],
    ['GET', '/runs/{run}/events?heads=-1', 'heads must be whole numbers from 0 to 2147483647, with commas between'],
    ['GET', '/runs/{run}/events?rows=0,,1', 'rows must be whole numbers from 0'],
    ['GET', '/runs/{run}/events?heads=9', 'the run has only 1 heads'],
    ['GET', '/runs/{run}/events?heads=0&rows=9', 'the run has only 1 rows'],
    ['GET', '/runs/{run}/events?after=99', 'the run has only 7 steps'],
    [
      'GET',
      '/runs/{run}/events?steps=masked,accumulator',
      'the run has none of these steps; it has q, k, v, attn_scores, scaled, pattern, z',
    ],
  ])('%s %s says what would be right', async (method, target, words) => {
    const { code, detail, pointer } = await refused(method, target);
    expect(code).toBe('invalid_option');
    expect(detail).toContain(words);
    // The last one is wrong in each.
    expect(pointer).toBe(`/${/(\w+)=[^=]*$/.exec(target)?.[1]}`);
  });

  it('that is a list has commas between, or is given for each of its items, as openapi-fetch does', async () => {
    const stepsOf = async (query: string) => {
      const events = await (await fetch(`${serving.url}/runs/${run}/events?${query}`)).text();
      return [...events.matchAll(/^data: \{"type":"step",.*?"name":"(\w+)"/gm)].map(([, name]) => name);
    };
    expect(await stepsOf('steps=q,z')).toEqual(['q', 'z']);
    expect(await stepsOf('steps=q&steps=z')).toEqual(['q', 'z']);
  });

  it('of a run is refused where no run is asked for', async () => {
    expect(await refused('POST', '/attention?detail=row')).toMatchObject({
      code: 'conflicting_options',
      pointer: '/detail',
    });
    expect((await post(`${serving.url}/attention?stream=0&detail=row`, JSON.stringify(lesson))).status).toBe(200);
  });

  it('that is not of a detail is refused by its name', async () => {
    const started = await post(`${serving.url}/attention?stream=1&detail=whole`, JSON.stringify(lesson));
    const whole = z.object({ run: z.string() }).parse(await started.json()).run;
    for (const name of ['heads', 'rows']) {
      expect(await refused('GET', `/runs/${whole}/events?${name}=0`)).toMatchObject({
        code: 'conflicting_options',
        pointer: `/${name}`,
      });
    }
  });

  it('is refused before the body is sent', async () => {
    const head =
      'POST /attention?steam=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n';
    const answer = await exchange(serving.port, `${head}Expect: 100-continue\r\n\r\n`);
    expect(parsed(answer)).toMatchObject({ status: 422, problem: { code: 'unknown_field' } });
  });

  it('of a path that is not there changes nothing', async () => {
    expect((await fetch(`${serving.url}/nowhere?x=1`)).status).toBe(404);
  });
});
