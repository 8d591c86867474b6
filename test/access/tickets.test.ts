import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/access/principal.ts';
import { Tickets } from '../../src/access/tickets.ts';

const somebody = (id = 'key:a'): Principal => ({ id, name: id, scopes: new Set(['runs']) });

describe('a ticket', () => {
  it('stands for whoever asked for it', () => {
    const tickets = new Tickets();
    const [one, other] = [tickets.issue(somebody('key:a')), tickets.issue(somebody('key:b'))];
    expect(tickets.take(other).id).toBe('key:b');
    expect(tickets.take(one).id).toBe('key:a');
  });

  it('is good once', () => {
    const tickets = new Tickets();
    const ticket = tickets.issue(somebody());
    tickets.take(ticket);
    expect(() => tickets.take(ticket)).toThrow(expect.objectContaining({ code: 'invalid_token', pointer: '/ticket' }));
  });

  it('is good for 30 seconds', () => {
    let now = 0;
    const tickets = new Tickets(() => now);
    const [early, late] = [tickets.issue(somebody()), tickets.issue(somebody())];
    now = 29_999;
    expect(tickets.take(early).id).toBe('key:a');
    now = 30_000;
    expect(() => tickets.take(late)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  });

  it.each([undefined, '', 'x', 'x'.repeat(43), ['a', 'b'], 'x'.repeat(1e6)])('is not %j', (wrong) => {
    expect(() => new Tickets().take(wrong)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  });

  it('has 256 bits that nobody can guess', () => {
    const tickets = new Tickets();
    const all = Array.from({ length: 100 }, () => tickets.issue(somebody()));
    expect(new Set(all).size).toBe(100);
    for (const ticket of all) expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
  });

  it('is refused when a hundred of the same principal wait, and nobody else minds', () => {
    let now = 0;
    const tickets = new Tickets(() => now);
    tickets.issue(somebody('key:b'));
    now = 20_000;
    const own = Array.from({ length: 100 }, () => tickets.issue(somebody('key:a')));
    now = 25_000;
    // The first of its own ends 30 s after it was given.
    const full = expect.objectContaining({
      code: 'saturated',
      message: expect.stringContaining('100 tickets of one caller'),
      retryAfterMs: 25_000,
    });
    expect(() => tickets.issue(somebody('key:a'))).toThrow(full);
    tickets.issue(somebody('key:b'));
    tickets.take(own[0]);
    tickets.issue(somebody('key:a'));
    expect(() => tickets.issue(somebody('key:a'))).toThrow(full);
    now = 50_000;
    tickets.issue(somebody('key:a'));
  });

  it('is refused when ten thousand wait', () => {
    const tickets = new Tickets();
    for (let i = 0; i < 10_000; i++) tickets.issue(somebody(`key:${i >> 4}`));
    const full = expect.objectContaining({ code: 'saturated', message: expect.stringContaining('10000 tickets') });
    expect(() => tickets.issue(somebody('key:new'))).toThrow(full);
  });
});
