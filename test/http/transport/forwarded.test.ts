import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { clientIn, forwardedIn, plainAddress } from '../../../src/http/transport/forwarded.ts';

/** The gateways of these tests: 10.0.0.0/8 and one of IPv6. */
const isGateway = (address: string) => address.startsWith('10.') || address === '2001:db8::1';
const client = (list: string | undefined) => clientIn({ 'x-forwarded-for': list }, '10.0.0.1', isGateway);

describe('X-Forwarded-For', () => {
  it.each([
    ['a client', '203.0.113.7', '203.0.113.7'],
    ['a client behind two gateways', '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['what a client says of itself, and the client', '198.51.100.1, 203.0.113.7,10.0.0.2', '203.0.113.7'],
    ['only gateways', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['a client of IPv6', '2001:DB8:0:0:0:0:0:9', '2001:db8::9'],
    ['IPv4 written in IPv6', '::ffff:203.0.113.7, ::ffff:10.0.0.2', '203.0.113.7'],
    ['ports', '203.0.113.7:51234, [2001:db8::1]:443', '203.0.113.7'],
    ['an address of IPv6 in brackets', '[2001:db8::9]', '2001:db8::9'],
    ['nothing', undefined, '10.0.0.1'],
    ['no text', '', '10.0.0.1'],
  ])('with %s tells the client', (_name, list, expected) => {
    expect(client(list)).toBe(expected);
  });

  it.each([
    ['is none', 'unknown'],
    ['is empty', '203.0.113.7,'],
    ['is a name', 'localhost'],
    ['has a zone', 'fe80::1%eth0'],
    ['is a number', '3405803783'],
    ['has another base', '0xcb.0.0x71.7'],
    ['is quoted', '"203.0.113.7"'],
    ['is long', `${' '.repeat(70)}${'1'.repeat(70)}`],
  ])('is followed no further than to an entry that %s', (_name, entry) => {
    expect(client(`203.0.113.7, ${entry}`)).toBe('10.0.0.1');
    expect(client(`203.0.113.7, ${entry}, 10.0.0.2`)).toBe('10.0.0.2');
  });

  it('is followed through no more than 16 gateways', () => {
    const gateways = (count: number) => ['203.0.113.7', ...Array.from({ length: count }, () => '10.0.0.2')].join();
    expect(client(gateways(15))).toBe('203.0.113.7');
    expect(client(gateways(16))).toBe('10.0.0.2');
  });

  test.prop([fc.array(fc.ipV4()), fc.ipV4().filter((address) => !isGateway(address)), fc.nat({ max: 14 })])(
    'names the same client whatever stands before it',
    (said, address, gateways) => {
      const list = [...said, address, ...Array.from({ length: gateways }, (_, i) => `10.0.0.${i}`)];
      expect(client(list.join(', '))).toBe(address);
    },
  );

  test.prop([fc.string({ unit: 'binary', maxLength: 200 })])('is read whatever it is', (list) => {
    expect(client(list)).toMatch(/^[\d.]+$|^[\da-f:.]+$/);
  });
});

describe('what a gateway forwards', () => {
  const told = (headers: Record<string, string>) => forwardedIn(headers);

  it('is protocol, host and prefix', () => {
    const headers = { proto: 'https', host: 'Example.org:8443', prefix: '/attention-service/' };
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [`x-forwarded-${name}`, value]));
    expect(told(named)).toEqual({ proto: 'https', host: 'Example.org:8443', prefix: '/attention-service' });
    expect(told({})).toEqual({});
  });

  it.each([
    ['HTTPS', 'https'],
    ['http, https', 'https'],
    ['wss', 'https'],
    ['ws', 'http'],
  ])('has the protocol %s', (proto, expected) => {
    expect(told({ 'x-forwarded-proto': proto })).toEqual({ proto: expected });
  });

  it.each([
    ['evil.example, example.org', 'example.org'],
    ['[2001:db8::1]:80', '[2001:db8::1]:80'],
  ])('has the host %s', (host, expected) => {
    expect(told({ 'x-forwarded-host': host })).toEqual({ host: expected });
  });

  it.each([
    ['/outer, /inner', '/outer/inner'],
    ['/', ''],
  ])('has the prefix %s', (prefix, expected) => {
    expect(told({ 'x-forwarded-prefix': prefix })).toEqual({ prefix: expected });
  });

  it.each([
    ['proto', 'gopher'],
    ['proto', 'toString'],
    ['proto', ''],
    ['host', 'a b'],
    ['host', 'a/b'],
    ['host', 'user@example.org'],
    ['host', 'example.org:'],
    ['host', 'example.org:123456'],
    ['host', `${'a'.repeat(254)}`],
    ['prefix', '//evil.example'],
    ['prefix', 'https://evil.example'],
    ['prefix', '/a/../../b'],
    ['prefix', '/a, //b'],
    ['prefix', '/<script>'],
    ['prefix', '/a\\b'],
    ['prefix', `/${'a'.repeat(300)}`],
  ])('is not told by X-Forwarded-%s: %s', (name, value) => {
    expect(told({ [`x-forwarded-${name}`]: value })).toEqual({});
  });

  // A browser must not take a link of this server for one of another.
  test.prop([fc.string({ maxLength: 40 })])('never makes a link lead elsewhere', (text) => {
    const { prefix = '' } = told({ 'x-forwarded-prefix': text });
    expect(new URL(`${prefix}/docs`, 'https://here.example/x').origin).toBe('https://here.example');
  });
});

describe('an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
  ])('of a connection, %s, is %s', (address, expected) => {
    expect(plainAddress(address)).toBe(expected);
  });
});
