import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attentionOptions, attentionTensors } from '../../src/codec/attention-options.ts';
import { multiHeadOptions, multiHeadTensors } from '../../src/codec/multi-head-options.ts';

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
/** Everything that stands in the page as code. */
const words = new Set([...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code.match(/\w+/g) ?? []));

describe('docs/http.md', () => {
  it.each([
    ['attention', { ...attentionTensors, ...attentionOptions.shape }],
    ['multi-head attention', { ...multiHeadTensors, ...multiHeadOptions.shape }],
  ])('names every tensor and option of %s', (_, fields) => {
    expect(Object.keys(fields).filter((name) => !words.has(name))).toEqual([]);
  });
});
