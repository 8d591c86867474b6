import { describe, expect, it } from 'vitest';
import { bytesOf, dumpOf } from '../../../src/ask/diagnose/dump.ts';

const file = (name: string, bytes = 3) => new File([new Uint8Array(bytes)], name);

describe('a file', () => {
  it.each([
    ['dump.npz', 'application/x-npz'],
    ['a.b.SafeTensors', 'application/vnd.safetensors'],
    ['x.json', 'application/json'],
  ])('%s is sent as what its name says', (name, type) => {
    expect(dumpOf(file(name), 100)).toMatchObject({ name, type });
  });

  it.each(['model.pt', 'dump', 'npz', 'x.constructor', ''])('“%s” is not sent: it is none of these', (name) => {
    expect(dumpOf(file(name), 100)).toMatch(/its name has to end with \.npz, \.safetensors or \.json/);
  });

  it('is not sent when it is empty or larger than the service takes', () => {
    expect(dumpOf(file('dump.npz', 0), 100)).toBe('“dump.npz” is empty.');
    expect(dumpOf(file('dump.npz', 2048), 1024)).toBe(
      '“dump.npz” has 2 KiB, and the service takes 1 KiB: fewer heads or rows would fit.',
    );
    expect(dumpOf(file('dump.npz', 1024), 1024)).toMatchObject({ name: 'dump.npz' });
  });

  it('is sent where nobody said how much the service takes', () => {
    expect(dumpOf(file('dump.npz', 4096), undefined)).toMatchObject({ name: 'dump.npz' });
  });

  it('is another one each time', () => {
    const [one, other] = [dumpOf(file('dump.npz'), 100), dumpOf(file('dump.npz'), 100)];
    expect(one).toHaveProperty('id');
    expect(one).not.toEqual(other);
  });
});

describe('a size', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1020 bytes'],
    [1536, '1.5 KiB'],
    [67_108_864, '64 MiB'],
    [5 * 2 ** 40, '5120 GiB'],
  ])('%i is %s', (bytes, words) => {
    expect(bytesOf(bytes)).toBe(words);
  });
});
