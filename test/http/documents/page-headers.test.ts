import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoPool, JSON_TYPE, post, type Serving, serve } from '../serving.ts';

/** Every path that a browser gets a page of; a redirect leads to one. */
const PAGES = ['/', '/docs', '/docs/', '/docs/errors', '/docs/static/index.html'];
/** Answers for programs. */
const OTHERS = ['/', '/info', '/health/live', '/health/ready', '/nowhere'];
const ADDED_TO_PAGES = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'x-frame-options',
];

let serving: Serving;
beforeAll(async () => {
  serving = await serve({}, new EchoPool());
});
afterAll(() => serving.app.close());

const pageAt = (path: string) => fetch(serving.url + path, { headers: { accept: 'text/html' } });

/** The sources of each directive of a policy (CSP level 3, 2.2.1). */
function directivesOf(answer: Response): Record<string, string[]> {
  const policy = answer.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    policy.split(';').map((directive) => {
      const [name, ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

describe.each(PAGES)('the page at %s', (path) => {
  it('loads nothing from elsewhere, and is framed by nobody else', async () => {
    const answer = await pageAt(path);
    expect(answer.headers.get('content-type')).toContain('text/html');
    const { 'style-src': styles, 'img-src': images, ...others } = directivesOf(answer);
    expect(others).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'connect-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'self'"],
    });
    for (const source of styles) expect(source).toMatch(/^'(self|sha256-.{44})'$/);
    for (const source of images) expect(["'self'", 'data:', 'blob:']).toContain(source);
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('has no script in it, and no style that its policy does not name', async () => {
    const answer = await pageAt(path);
    const { 'style-src': allowed } = directivesOf(answer);
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|\sstyle=|\son\w+=|javascript:/);
    for (const [, style] of html.matchAll(/<style>(.*?)<\/style>/gs)) {
      expect(allowed).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    }
  });

  it('promises no TLS, of which only a gateway knows', async () => {
    expect((await pageAt(path)).headers.get('strict-transport-security')).toBeNull();
  });
});

describe('answers for programs', () => {
  it.each(OTHERS)('have no headers of pages: %s', async (path) => {
    const { headers } = await fetch(serving.url + path, { headers: { accept: 'application/json' } });
    for (const name of ADDED_TO_PAGES) expect(headers.get(name), name).toBeNull();
  });

  it('have none when they carry numbers, either', async () => {
    const { headers } = await post(`${serving.url}/attention`, '{}', JSON_TYPE);
    for (const name of ADDED_TO_PAGES) expect(headers.get(name), name).toBeNull();
  });
});
