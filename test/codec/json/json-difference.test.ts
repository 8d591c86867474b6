/** The reader beside JSON.parse and plain loops: the same bodies are read, with the same numbers, and the same faults told. */
import { readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { attentionTensorFields as fields } from '../../../src/codec/attention-options.ts';
import { readJson } from '../../../src/codec/json/json.ts';
import { RequestError } from '../../../src/errors.ts';
import { type PlainReading, readPlainly } from '../plain-json.ts';
import { allocate, allRead, limits } from '../reading.ts';

/** What the reader makes of a body, in the words of the plain one. */
function reading(body: Uint8Array): PlainReading {
  try {
    const { tensors, options } = allRead(readJson(body, fields, limits, allocate));
    const plain = [...tensors].map(([name, { dtype, shape, data }]) => {
      return [name, { dtype, shape: [...shape], numbers: Array.from<number>(data) }] as const;
    });
    return { tensors: new Map(plain), options };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { code, pointer, offset } = error;
    if (code === 'invalid_encoding') return { code };
    return { code, ...(pointer !== undefined && { pointer }), ...(offset !== undefined && { offset }) };
  }
}

function expectSame(body: Uint8Array): void {
  expect(reading(body)).toEqual(readPlainly(body, fields));
}

const bytes = (text: string) => Buffer.from(text);

/** Numbers in any spelling that JSON knows. */
const digits = fc.stringMatching(/^[0-9]{1,25}$/);
const whole = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,24}$/));
const numerals = fc
  .tuple(
    fc.constantFrom('', '-'),
    whole,
    fc.option(digits, { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.oneof(fc.nat(60), fc.nat(400))), {
      freq: 2,
      nil: undefined,
    }),
  )
  .map(([sign, integer, fraction, power]) => {
    return `${sign}${integer}${fraction === undefined ? '' : `.${fraction}`}${power?.join('') ?? ''}`;
  });
const shortNumerals = fc.oneof(
  fc.float({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.integer().map(String),
);
const space = fc.stringMatching(/^[ \n\r\t]{0,20}$/);
const elements = fc.oneof(
  { arbitrary: shortNumerals, weight: 8 },
  { arbitrary: numerals, weight: 2 },
  { arbitrary: fc.constantFrom('"-Infinity"', 'true', 'false', '"\\u002dInfinity"'), weight: 1 },
);
/** Elements that are not fit for any tensor, and arrays where none may be. */
const oddElements = fc.oneof(fc.constantFrom('null', '"x"', '"-Infinit"', '[]', '[1]', '[[2,3]]'), fc.json());

/** Nested arrays, nearly always of one shape, as text. */
const nested = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    pool: fc.array(elements, { minLength: 1, maxLength: 8 }),
    odd: fc.option(fc.tuple(fc.nat(40), oddElements), { freq: 3, nil: undefined }),
    uneven: fc.option(fc.nat(10), { freq: 4, nil: undefined }),
    gap: space,
  })
  .map(({ shape, pool, odd, uneven, gap }) => {
    let leaf = 0;
    let array = 0;
    const build = (axis: number): string => {
      if (axis === shape.length) {
        const at = leaf++;
        return odd?.[0] === at ? odd[1] : pool[at % pool.length];
      }
      const length = array++ === uneven ? shape[axis] - 1 : shape[axis];
      return `[${gap}${Array.from({ length }, () => build(axis + 1)).join(`${gap},`)}${gap}]`;
    };
    return build(0);
  });
const flat = fc
  .record({
    data: fc.array(elements, { maxLength: 6 }),
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }),
  })
  .map(({ data, shape }) => `{"shape":[${shape}],"data":[${data}]}`);
const member = fc.oneof(
  { arbitrary: fc.tuple(fc.constantFrom('query', 'key', 'value', 'attn_mask', 'attn\\u005fmask'), nested), weight: 6 },
  { arbitrary: fc.tuple(fc.constantFrom('query', 'attn_mask'), flat), weight: 2 },
  { arbitrary: fc.tuple(fc.constantFrom('query', 'scale', 'é', '1', '__proto__'), fc.json()), weight: 2 },
  { arbitrary: fc.tuple(fc.constant('precision'), fc.constantFrom('"float32"', '"float64"', '"float8"')), weight: 1 },
);
const bodies = fc
  .tuple(fc.array(member, { maxLength: 5 }), space)
  .map(
    ([members, gap]) => `{${gap}${members.map(([name, value]) => `"${name}"${gap}:${gap}${value}`).join(',')}${gap}}`,
  );

describe('a body', () => {
  test.prop([bodies], { numRuns: 3000 })('is read as JSON.parse and plain loops read it', (body) => {
    expectSame(bytes(body));
  });

  test.prop(
    [bodies, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'[]{},:"\\0123.-+eE tfn\n', 'é', ''), fc.nat(2)))],
    {
      numRuns: 6000,
    },
  )('that was damaged is refused for the same reason at the same place, or read the same', (body, damages) => {
    let text = body;
    for (const [where, put, drop] of damages) {
      const at = where % (text.length + 1);
      text = text.slice(0, at) + put + text.slice(at + drop);
    }
    expectSame(bytes(text));
  });

  test.prop([bodies, fc.nat(), fc.nat(255)], { numRuns: 3000 })(
    'with any byte in it is refused for the same reason, or read the same',
    (text, where, byte) => {
      const body = bytes(text);
      body[where % body.length] = byte;
      expectSame(body);
    },
  );

  it('of JSONTestSuite is read or refused as JSON.parse does', () => {
    const manifest: { group: string; body: ({ b64?: string } | string)[] }[] = JSON.parse(
      readFileSync(new URL('../../hostile/manifest.json', import.meta.url), 'utf8'),
    );
    const suite = manifest.filter(
      ({ group, body }) => group === 'json' && body.every((part) => typeof part === 'string' || part.b64),
    );
    expect(suite.length).toBeGreaterThan(200);
    for (const { body } of suite) {
      const whole = Buffer.concat(
        body.map((part) => (typeof part === 'string' ? bytes(part) : Buffer.from(part.b64 ?? '', 'base64'))),
      );
      if (whole[0] !== 0xef) expectSame(whole);
    }
  });
});

describe('a number', () => {
  test.prop([fc.array(numerals, { minLength: 1, maxLength: 20 }), fc.constantFrom('float32', 'float64')], {
    numRuns: 5000,
  })('has the value that JSON.parse gives it', (numbers, precision) => {
    expectSame(bytes(`{"precision":"${precision}","attn_mask":[${numbers}]}`));
  });

  // Decimals on both sides of the middle between two neighbors, where one digit more or less decides.
  test.prop(
    [
      fc.double({ noDefaultInfinity: true, noNaN: true, min: 0 }),
      fc.constantFrom('', '0', '1', '000000000000000000001'),
    ],
    {
      numRuns: 5000,
    },
  )('is rounded to the nearest float64, ties to even', (x, tail) => {
    const middle = exactMiddle(x);
    expectSame(
      bytes(`{"precision":"float64","attn_mask":[${middle}${tail},${middle.slice(0, 20)},${middle.slice(0, 19)}]}`),
    );
  });

  it.each([
    '0',
    '-0',
    '-0.0',
    '0e5',
    '0.0e-400',
    '1e22',
    '1e23',
    '9007199254740993',
    '9007199254740992.5',
    '18446744073709551615',
    '18446744073709551616',
    '4.9e-324',
    '2.4703282292062327e-324',
    '2.4703282292062328e-324',
    '2.2250738585072011e-308',
    '1.7976931348623157e308',
    '1e-400',
    '123456789012345678901234567890',
    '0.000000000000000000000000000000000000001',
    `1${'0'.repeat(400)}e-400`,
    `0.${'0'.repeat(400)}1e400`,
    '1e-99999999999',
    '7.2057594037927933e16',
    '9355950000000000000.00000000000000000000000000000000001844674407370955161600000184467440737095516161844674407370955161407370955161618446744073709551616000184467440737095516166000001844674407370955161618446744073709551614073709551616184467440737095516160001844674407370955161601844674407370955674451616184467440737095516140737095516161844674407370955161600018446744073709551616018446744073709551611616000184467440737095001844674407370955161600184467440737095516160018446744073709551168164467440737095516160001844073709551616018446744073709551616184467440737095516160001844674407536910751601611616000184467440737095001844674407370955161600184467440737095516160018446744073709551616184467440737095516160001844955161618446744073709551616000184467440753691075160018446744073709',
  ])('that is %s', (text) => {
    expectSame(bytes(`{"precision":"float64","attn_mask":[${text},-${text.replace('-', '')}]}`));
    expectSame(bytes(`{"attn_mask":[${text},-${text.replace('-', '')}]}`));
  });

  it('is rounded to float64 and then to float32, which is not the same as once', () => {
    // 1 + 2^-24 + 2^-60: above the middle of two float32, but its nearest float64 is that middle, and 1 the even neighbor.
    expect(reading(bytes('{"query":[1.000000059604644776257986]}'))).toMatchObject({
      tensors: new Map([['query', { dtype: 'float32', shape: [1], numbers: [1] }]]),
    });
  });
});

/** The decimal expansion of the middle between a float64 and the next one. */
function exactMiddle(x: number): string {
  const bits = new BigUint64Array(Float64Array.of(x).buffer);
  const exponent = Number((bits[0] >> 52n) & 2047n);
  const fraction = (bits[0] & ((1n << 52n) - 1n)) | (exponent === 0 ? 0n : 1n << 52n);
  const power = Math.max(exponent, 1) - 1075 - 1;
  const twice = 2n * fraction + 1n;
  if (power >= 0) return `${twice << BigInt(power)}.0`;
  // m · 2^-p = m · 5^p / 10^p.
  const scaled = (twice * 5n ** BigInt(-power)).toString().padStart(1 - power, '0');
  return `${scaled.slice(0, power)}.${scaled.slice(power)}`;
}

describe('a body of several windows', () => {
  const pad = (count: number) => ' '.repeat(count);

  // Windows have 64 KiB: every token is cut at each of its bytes.
  it.each(Array.from({ length: 60 }, (_, shift) => shift))('may be cut anywhere: %i bytes earlier', (shift) => {
    const tail = '"query":[[1.25e2,-0.5],[ 3,"x\\u00e9"]],"attn_mask":[["-Infinity",-1]],"o\\n":[true,{"a":null}]}';
    expectSame(bytes(`{${pad(65_536 - 1 - shift)}${tail}`));
    expectSame(bytes(`{${pad(65_536 - 1 - shift)}${tail.replace(',"x\\u00e9"', ',7')}`));
    expectSame(bytes(`{${pad(65_536 - 1 - shift)}${tail.slice(0, 60)}`));
  });

  it.each(['1', '-0.', '1.5e-', '0', '12x', '-', '1.e5', '01'])(
    'may have the number %s go on over windows',
    (start) => {
      for (const length of [65_500, 65_536, 65_540, 200_000]) {
        expectSame(bytes(`{"attn_mask":[2,${start}${'7'.repeat(length)},3],"a":${start}${'7'.repeat(length)}}`));
        expectSame(bytes(`{"attn_mask":[2,${start}${'0'.repeat(length)}1e-${length}]}`));
      }
    },
  );

  it('may have texts and names that go on over windows', () => {
    const long = 'é\\n\\ud83d\\ude00"'.slice(0, -1).repeat(20_000);
    expectSame(bytes(`{"${long}":"${long}","query":[1]}`));
    expectSame(bytes(`{"query":{"shape":[1],"data":"${long}"}}`).subarray(0, 100_000));
  });

  it('may hold more numbers than wait in memory at once', () => {
    const numbers = Array.from({ length: 300_000 }, (_, i) => i / 8);
    const wanted = Buffer.from(Float64Array.from(numbers).buffer);
    const shapeOf = (body: object) => {
      const tensor = readJson(bytes(JSON.stringify(body)), fields, limits, allocate).tensors.get('query');
      const found = Buffer.from(Float64Array.from<number>(tensor?.data ?? []).buffer);
      expect(found.equals(wanted)).toBe(true);
      return tensor?.shape;
    };
    expect(shapeOf({ precision: 'float64', query: numbers })).toEqual([300_000]);
    expect(shapeOf({ query: numbers.map((x) => [x]), key: [1] })).toEqual([300_000, 1]);
    expect(shapeOf({ query: { shape: [3, 100_000], data: numbers } })).toEqual([3, 100_000]);
  });

  it('is read alike after a body that broke off inside of a tensor', () => {
    expect(reading(bytes('{"query":[[1,2],[3,x'))).toEqual({ code: 'invalid_json', offset: 19 });
    expectSame(bytes(`{"a":1${'0'.repeat(70_000)},"b":[1${'0'.repeat(70_000)}],"query":[7]}`));
  });
});
