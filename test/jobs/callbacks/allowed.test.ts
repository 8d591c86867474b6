import { describe, expect, it } from 'vitest';
import { allowedCallback } from '../../../src/jobs/callbacks/allowed.ts';

const allowed = [new URL('https://hooks.example/spotlight/'), new URL('http://127.0.0.1:9000/')];

describe('where the end of a job may be told', () => {
  it.each([
    ['https://hooks.example/spotlight/jobs?tag=1', 'https://hooks.example/spotlight/jobs?tag=1'],
    ['https://HOOKS.example:443/spotlight/', 'https://hooks.example/spotlight/'],
    ['http://127.0.0.1:9000/x#part', 'http://127.0.0.1:9000/x'],
  ])('is below what is listed: %s', (text, url) => {
    expect(allowedCallback(text, allowed)).toBe(url);
  });

  it.each([
    'https://hooks.example/other/',
    'https://hooks.example/spotlight',
    'https://hooks.example/spotlight/../admin',
    'https://hooks.example/spotlight/%2e%2e/admin',
    'https://hooks.example/spotlight/..%2fadmin',
    'https://hooks.example/spotlight/..\\admin',
    'http://hooks.example/spotlight/',
    'https://hooks.example:444/spotlight/',
    'https://hooks.example.evil.example/spotlight/',
    'https://hooks.example@evil.example/spotlight/',
    'https://user:secret@hooks.example/spotlight/',
    'http://127.0.0.1:9000@evil.example/',
    'http://0x7f000001:90/',
    'file:///spotlight/',
    'not a url',
    '',
    `http://127.0.0.1:9000/${'x'.repeat(3000)}`,
  ])('is nowhere else: %s', (text) => {
    expect(() => allowedCallback(text, allowed)).toThrow(
      expect.objectContaining({ code: 'invalid_option', pointer: '/callback_url' }),
    );
  });

  it('is nowhere unless somebody says where', () => {
    expect(() => allowedCallback('https://hooks.example/', [])).toThrow(
      expect.objectContaining({ code: 'invalid_option', message: expect.stringContaining('CALLBACK_URLS') }),
    );
  });
});
