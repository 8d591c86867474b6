import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
/** RFC 1918 and RFC 4193. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

describe('BASE_PATH', () => {
  it.each([
    ['/attention-service', '/attention-service'],
    ['/attention-service/', '/attention-service'],
    ['/a/b.c/d_e~f', '/a/b.c/d_e~f'],
    ['/', ''],
  ])('may be %s', (text, prefix) => {
    expect(readConfig({ BASE_PATH: text }).basePath).toBe(prefix);
  });

  it.each([
    'attention-service',
    '//evil.example',
    '/a//b',
    '/a/../b',
    '/a/.',
    '/a?b',
    '/a#b',
    '/a b',
    '/%2e%2e',
    '/"><script>',
    `/${'a'.repeat(256)}`,
  ])('may not be %s', (text) => {
    expect(() => readConfig({ BASE_PATH: text })).toThrow(/^BASE_PATH is .* must be a path such as/);
  });
});

describe('TRUST_PROXY', () => {
  it.each([
    ['loopback', LOOPBACK],
    ['private', PRIVATE],
    ['Loopback, private', [...LOOPBACK, ...PRIVATE]],
    ['192.0.2.1', ['192.0.2.1/32']],
    ['192.0.2.0/24, 192.0.2.0/24', ['192.0.2.0/24']],
    ['2001:DB8:0:0::/32', ['2001:db8::/32']],
    ['::1', ['::1/128']],
    // IPv4 as a socket of IPv6 shows it: RFC 4291 section 2.5.5.2.
    ['::ffff:192.0.2.1', ['192.0.2.1/32']],
    ['::ffff:10.0.0.0/104', ['10.0.0.0/8']],
    ['0.0.0.0/0,::/0', ['0.0.0.0/0', '::/0']],
  ])('may be %s', (text, networks) => {
    expect(readConfig({ TRUST_PROXY: text }).trustProxy).toEqual(networks);
  });

  it.each([
    ['gateway', '"gateway" is no address and no network such as 10.0.0.0/8; names are not looked up'],
    ['10.0.0.1,', 'between two commas, or behind the last, nothing stands'],
    ['*', '"*" would let every client name itself; list the addresses of the gateways'],
    ['10.1.2.3/8', '"10.1.2.3/8" has bits beyond its 8; the network is 10.0.0.0/8'],
    ['2001:db8::1/32', '"2001:db8::1/32" has bits beyond its 32; the network is 2001:db8::/32'],
    ['10.0.0.0/33', '"10.0.0.0/33" has no length of its network from 0 to 32'],
    ['::ffff:10.0.0.0/8', '"::ffff:10.0.0.0/8" has no length of its network from 96 to 128'],
    ['10.0.0', '"10.0.0" is no address'],
    ['0x0a000001', '"0x0a000001" is no address'],
    ['10.0.0.0/255.0.0.0', '"10.0.0.0/255.0.0.0" is no address'],
    ['fe80::1%eth0', '"fe80::1%eth0" is no address'],
  ])('may not be %s', (text, why) => {
    expect(() => readConfig({ TRUST_PROXY: text })).toThrow(why);
  });
});

describe('ALLOWED_HOSTS', () => {
  it.each([
    ['Example.org', ['example.org']],
    ['example.org., localhost', ['example.org', 'localhost']],
    ['*.example.org', ['*.example.org']],
    ['127.0.0.1,::1,[2001:DB8::0]', ['127.0.0.1', '[::1]', '[2001:db8::]']],
  ])('may be %s', (text, names) => {
    expect(readConfig({ ALLOWED_HOSTS: text }).allowedHosts).toEqual(names);
  });

  it.each([
    ['*', '"*" is what holds without ALLOWED_HOSTS'],
    ['example.org,', 'between two commas, or behind the last, nothing stands'],
    ['example.org:8080', '"example.org:8080" has a port; only the name counts, at whatever port'],
    ['https://example.org', '"https://example.org" has a scheme or a path; only the name counts'],
    ['a.*.org', '"a.*.org" is no name of a host'],
    ['-a.org', '"-a.org" is no name of a host'],
    ['a b', '"a b" is no name of a host'],
    [`${'a'.repeat(254)}`, 'is no name of a host'],
  ])('may not be %s', (text, why) => {
    expect(() => readConfig({ ALLOWED_HOSTS: text })).toThrow(why);
  });
});
