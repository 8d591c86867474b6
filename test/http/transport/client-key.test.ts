import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ANYBODY } from '../../../src/access/principal.ts';
import { clientKey } from '../../../src/http/transport/client-key.ts';

/** A request that comes from an address, as a gateway tells it. */
const from = (client: string) => ({ seen: { client, prefix: '' } }) as IncomingMessage;

describe('one client', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1', true],
    ['2001:db8::1', '2001:db8:0:0:9::', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::1', '::2', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
  ])('%s and %s: %s', (one, other, isSame) => {
    expect(clientKey(from(one), ANYBODY) === clientKey(from(other), undefined)).toBe(isSame);
  });

  it('is a principal, from wherever it comes', () => {
    const principal = { ...ANYBODY, id: 'key:1', name: 'one' };
    expect(clientKey(from('192.0.2.1'), principal)).toBe(clientKey(from('2001:db8::1'), principal));
    expect(clientKey(from('192.0.2.1'), principal)).not.toBe(clientKey(from('192.0.2.1'), ANYBODY));
  });
});
