import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { HeldBytes } from '../../src/pressure/held-bytes.ts';

const refusal = (limit: string) => expect.objectContaining({ code: 'saturated', limit });

describe('bytes that are held for clients', () => {
  it('may be as many as the limit says, of all together', () => {
    const held = new HeldBytes(100, 50);
    held.of('a').take(50, 0);
    held.of('b').take(40, 0);
    expect(() => held.of('c').take(11, 0)).toThrow(refusal('MAX_QUEUE_BYTES'));
    held.of('c').take(10, 0);
  });

  it('may be as many as the share says, of one client', () => {
    const held = new HeldBytes(100, 50);
    const a = held.of('a');
    a.take(30, 0);
    expect(() => a.take(21, 0)).toThrow(refusal('CLIENT_SHARE_PERCENT'));
    a.give(30);
    a.take(21, 0);
  });

  it('let the first body of a client in, however large, while it grows', () => {
    const held = new HeldBytes(100, 10);
    const a = held.of('a');
    a.take(60, 0);
    a.take(60, 60);
    expect(() => a.take(1, 0)).toThrow(refusal('CLIENT_SHARE_PERCENT'));
  });

  it('keep others out by no more than the share, whatever one client is answered', () => {
    const held = new HeldBytes(100, 50);
    held.of('hog').add(10_000);
    held.of('b').take(50, 0);
    expect(() => held.of('c').take(1, 0)).toThrow(refusal('MAX_QUEUE_BYTES'));
  });

  it('tell when there is room again, to whoever asked in vain', () => {
    const held = new HeldBytes(100, 50);
    let calls = 0;
    held.onRoom = () => calls++;
    const a = held.of('a');
    a.add(60);
    a.give(5);
    expect(calls).toBe(0);
    expect(held.hasRoom('a')).toBe(false);
    expect(held.hasRoom('b')).toBe(true);
    a.give(30);
    expect(calls).toBe(1);
    expect(held.hasRoom('a')).toBe(true);
  });

  const sizes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 60 })), { maxLength: 30 });
  test.prop([sizes])('are none when all was given back', (amounts) => {
    const held = new HeldBytes(100, 50);
    for (const [client, bytes] of amounts) held.of(client).add(bytes);
    for (const [client, bytes] of amounts.toReversed()) held.of(client).give(bytes);
    held.of('d').take(50, 0);
    held.of('e').take(50, 0);
  });
});
