import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutRequest, requestBytes } from '../../../src/codec/json/json-cut.ts';
import { RequestError } from '../../../src/errors.ts';

/** What is cut from a message, read by JSON.parse: the envelope, the kind and the request. */
function cut(text: string): { envelope: unknown; kind: unknown; request: unknown } {
  const message = Buffer.from(text);
  const found = cutRequest(message);
  return {
    envelope: JSON.parse(found.envelope),
    kind: found.kind,
    request: JSON.parse(Buffer.from(requestBytes(message, found)).toString()),
  };
}

function faultOf(text: string): RequestError {
  try {
    cutRequest(Buffer.from(text));
  } catch (error) {
    if (error instanceof RequestError) return error;
  }
  throw new Error(`no fault in ${text}`);
}

describe('a request inside a message', () => {
  it.each([
    ['{"request":{"kind":"a","x":1},"id":"i"}', { id: 'i' }, 'a', { x: 1 }],
    ['{"id":"i","request":{"x":1,"kind":"a"}}', { id: 'i' }, 'a', { x: 1 }],
    [' { "request" : { "x" : [ 1 , 2 ] , "kind" : "a" , "y" : "}" } } ', {}, 'a', { x: [1, 2], y: '}' }],
    ['{"request":{"kind":"a"}}', {}, 'a', {}],
    ['{"request":{"x":{"kind":"inner"}}}', {}, undefined, { x: { kind: 'inner' } }],
    [
      '{"a":"\\"request\\":{","request":{"x":"\\\\"},"b":[{"request":1}]}',
      { a: '"request":{', b: [{ request: 1 }] },
      undefined,
      { x: '\\' },
    ],
    ['{"request":1,"request":{"x":2}}', {}, undefined, { x: 2 }],
    ['{"\\u0072equest":{"x":2}}', {}, undefined, { x: 2 }],
  ])('of %s is found', (text, envelope, kind, request) => {
    expect(cut(text)).toEqual({ envelope, kind, request });
  });

  it('is the one that JSON.parse would give, whatever is around it', () => {
    const member = fc.tuple(
      fc.string().filter((name) => name !== 'request' && name !== 'kind'),
      fc.jsonValue(),
    );
    const object = fc.array(member, { maxLength: 5 }).map((members) => Object.fromEntries(members));
    fc.assert(
      fc.property(
        object,
        object,
        object,
        fc.string({ maxLength: 9 }),
        fc.constantFrom(undefined, 1, '\t'),
        (before, after, inner, kind, space) => {
          const request = { ...inner, kind };
          const text = JSON.stringify({ ...before, request, ...after }, undefined, space);
          const parsed = JSON.parse(text);
          const { request: _request, ...envelope } = parsed;
          const { kind: _kind, ...rest } = parsed.request;
          expect(cut(text)).toEqual({ envelope, kind, request: rest });
        },
      ),
    );
  });

  it('leaves every other byte of the request where it was', () => {
    const text = '{"request":{"x":1,"kind":"attention","y":2}}';
    const message = Buffer.from(text);
    const found = cutRequest(message);
    const bytes = requestBytes(message, found);
    expect(bytes.byteLength).toBe(found.end - found.start);
    expect(Buffer.from(bytes).toString()).toBe('{"x":1,                   "y":2}');
  });

  it.each([
    ['', 0],
    ['[1]', 0],
    ['{', 1],
    ['{"request"}', 10],
    ['{"request":}', 11],
    ['{"request":{}', 13],
    ['{"request":{"a":1', 17],
    ['{"request":{"a":"', 17],
    ['{"request":{}}x', 14],
    ['{"request":{},}', 14],
    ['{request:{}}', 1],
    // Beside the request, too, where only the outline is looked at.
    ['{"detail":whole,"request":{}}', 1],
    ['{"request":{},"a":[1,}', 22],
    ['{"request":{},"a":{"b" 1}}', 14],
    ['{"request":{},"a":"\\x"}', 14],
  ])('of %s breaks off at byte %i', (text, offset) => {
    expect(faultOf(text)).toMatchObject({ code: 'invalid_json', offset });
  });

  it('must be there, once, as an object, in a message that is small beside it', () => {
    expect(faultOf('{"a":1}')).toMatchObject({ code: 'missing_field', pointer: '/request' });
    expect(faultOf('{"request":[1]}')).toMatchObject({ code: 'not_an_object', pointer: '/request' });
    expect(faultOf('{"request":{"kind":1,"kind":2}}')).toMatchObject({
      code: 'conflicting_options',
      pointer: '/request/kind',
    });
    expect(faultOf(`{"request":{},"pad":"${'x'.repeat(70_000)}"}`).code).toBe('too_complex');
    expect(faultOf(`{"request":{},${Array.from({ length: 200 }, (_, i) => `"${i}":1`).join()}}`).code).toBe(
      'too_complex',
    );
  });

  it('is cut from JSON only, or the message is refused', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('', ',', '"', '\\', ']', '}', '-', '1e', 'x'), (place, text) => {
        const whole =
          '{"detail":"row","tile":[1,{"a":null}],"request":{"kind":"attention","query":[[1]]},"more":-1.5e3}';
        const at = place % whole.length;
        const damaged = whole.slice(0, at) + text + whole.slice(at + 1);
        try {
          JSON.parse(cutRequest(Buffer.from(damaged)).envelope);
        } catch (error) {
          expect(error).toBeInstanceOf(RequestError);
        }
      }),
    );
  });
});
