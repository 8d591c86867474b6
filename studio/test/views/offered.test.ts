import { describe, expect, it } from 'vitest';
import { headsToOffer, looksLikeCode } from '../../src/views/sentence/offered.ts';
import { presets } from '../../src/views/sentence/presets.ts';

describe('the head of links in code', () => {
  it('is offered where the text looks like code', () => {
    const texts = [
      'def f(x):\n    return x',
      'const a = f(1);',
      'import os\nos.getcwd()',
      'for (let i = 0; i < 3; i++) {}',
    ];
    expect(texts.filter((text) => !looksLikeCode(text))).toEqual([]);
    expect(headsToOffer({ mode: 'self', heads: ['semantic'], text: texts[0] })).toContain('syntax-code');
  });

  it('is not offered for prose, nor between two texts', () => {
    const prose = presets.filter(({ title }) => !title.includes('Python')).map(({ state }) => state.text ?? '');
    const more = [
      'If it rains (and it will), we stay: e.g. at home.',
      'Return of the king',
      'roses are red,\nviolets are blue',
    ];
    expect([...prose, ...more].filter(looksLikeCode)).toEqual([]);
    expect(headsToOffer({ mode: 'cross', heads: ['semantic'], text: 'f(x) = g(x);' })).not.toContain('syntax-code');
  });
});
