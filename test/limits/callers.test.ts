import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { Callers } from '../../src/limits/callers.ts';
import { networkOf } from '../../src/limits/network.ts';
import { ratesIn } from '../../src/limits/settings.ts';

describe('the network of a client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    // RFC 4291 section 2.2: the same address, and others of the same /64.
    ['2001:db8:0:cd30:0:0:0:1', '2001:db8:0:cd30::/64'],
    ['2001:0DB8:0000:CD30:ffff:ffff:ffff:ffff', '2001:db8:0:cd30::/64'],
    ['2001:db8:0:cd31::1', '2001:db8:0:cd31::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('callers', () => {
  it('are nobody where nothing bounds them', () => {
    const callers = new Callers({});
    expect(callers.at('192.0.2.1')).toBeUndefined();
    expect(callers.named({ id: 'key:a' })).toBeUndefined();
    expect(callers.named({ id: 'key:a', rates: { concurrency: 1 } })).toBeDefined();
  });

  it('with bounds of their own keep the others that all have, and a bound may be lifted', () => {
    const callers = new Callers({ requestRate: 1, concurrency: 2 });
    expect(callers.named({ id: 'key:a', rates: { requestRate: 5 } })?.rates).toEqual({
      requestRate: 5,
      concurrency: 2,
    });
    const free = { requestRate: undefined, concurrency: undefined };
    expect(callers.named({ id: 'key:b', rates: free })).toBeUndefined();
  });

  it('are the same for all addresses of an IPv6 network, and others for others', () => {
    const callers = new Callers({ requestRate: 1 });
    expect(callers.at('2001:db8::1')).toBe(callers.at('2001:db8::2'));
    expect(callers.at('2001:db8:0:1::1')).not.toBe(callers.at('2001:db8::2'));
    expect(callers.at('192.0.2.1')).not.toBe(callers.at('192.0.2.2'));
  });

  it('that are new are refused with those that came when there were too many', () => {
    const callers = new Callers({ requestRate: 0.001, requestBurst: 1 }, { most: 2 });
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) callers.at(address)?.count();
    expect(callers.size).toBe(2);
    expect(callers.at('192.0.2.4')?.refusal()?.code).toBe('rate_limited');
  });

  it('are forgotten when there is nothing to remember of them', () => {
    const callers = new Callers({ requestRate: 1e9 }, { most: 2 });
    for (let i = 0; i < 1000; i++) callers.at(`192.0.2.${i}`);
    expect(callers.size).toBeLessThanOrEqual(2);
  });

  it('get other rates while they are known', () => {
    const callers = new Callers({});
    const caller = callers.named({ id: 'key:a', rates: { concurrency: 1 } });
    caller?.begin();
    expect(caller?.refusal()?.limit).toBe('CALLER_CONCURRENCY');
    callers.named({ id: 'key:a', rates: { concurrency: 2 } });
    expect(caller?.refusal()).toBeUndefined();
  });
});

describe('the settings of rates', () => {
  it('are read from the environment, parts of a number too', () => {
    const environment = {
      CALLER_REQUEST_RATE: '0.5',
      CALLER_WORK_RATE: '4000',
      CALLER_WORK_BURST: '9',
      CALLER_CONCURRENCY: '3',
    };
    expect(ratesIn(readConfig(environment))).toEqual({
      ...{ requestRate: 0.5, requestBurst: undefined, workRate: 4000, workBurst: 9, concurrency: 3 },
    });
  });

  it('refuse a burst of what has no rate', () => {
    const none = {
      callerRequestRate: undefined,
      callerRequestBurst: undefined,
      callerWorkRate: undefined,
      callerWorkBurst: undefined,
      callerConcurrency: undefined,
    };
    expect(() => ratesIn({ ...none, callerWorkBurst: 5 })).toThrow('CALLER_WORK_BURST');
    expect(() => ratesIn({ ...none, callerRequestBurst: 5 })).toThrow('CALLER_REQUEST_BURST');
    expect(ratesIn({ ...none, callerRequestRate: 1, callerRequestBurst: 5 }).requestBurst).toBe(5);
  });
});
