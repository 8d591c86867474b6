/** Texts that mix what tokenizers stumble over, the same ones for the same seed. */

/** A small generator (mulberry32), so that a failure can be looked at again. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Blocks of Unicode, from first to last code point. */
const blocks: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0x41, 0x7a],
  [0x00, 0x1f],
  [0x7f, 0xa0],
  [0xa1, 0x24f],
  [0x2b0, 0x36f],
  [0x370, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0xdff],
  [0xe00, 0xeff],
  [0x1100, 0x11ff],
  [0x1e00, 0x1fff],
  [0x2000, 0x206f],
  [0x2070, 0x2bff],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xe000, 0xe0ff],
  [0xf900, 0xfaff],
  [0xfe00, 0xffff],
  [0x10000, 0x103ff],
  [0x1d400, 0x1d7ff],
  [0x1f1e6, 0x1f1ff],
  [0x1f300, 0x1faff],
  [0x20000, 0x2a6df],
  [0xe0000, 0xe01ef],
];

const whole: readonly string[] = [
  "'s",
  "'LL",
  "'Re",
  "'ve",
  "'ſ",
  "don't",
  "IT'S",
  '👩‍💻',
  '👨‍👩‍👧‍👦',
  '🇩🇪',
  '👍🏽',
  'e\u0301\u0302\u0303',
  '\r\n',
  '\n\n\n',
  ' \n ',
  '\t\t',
  '\u0085',
  '\u3000',
  '\ufeff',
  '1234567',
  '٣٤٥',
  '½',
  '// ',
  '/*',
  '!?/\n',
  '<|endoftext|>',
  'ǅ',
  'camelCaseHTTPServer',
  '你好，世界',
  'こんにちは',
  'สวัสดี',
];

/** A text of up to 60 pieces: characters of one script after another, runs, and combinations known to be hard. */
export function randomText(random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]) => list[below(list.length)];
  let text = '';
  for (let pieces = 1 + below(60); pieces > 0; pieces--) {
    const kind = below(6);
    if (kind === 0) text += pick(whole);
    else if (kind === 1)
      text += pick([' ', '\n', '\t', '\u00a0', '\r', '"', '-', 'a', 'A', '\u0301', '7']).repeat(below(40));
    else if (kind === 2) text += ' ';
    else {
      const [first, last] = pick(blocks);
      for (let i = 1 + below(8); i > 0; i--) text += String.fromCodePoint(first + below(last - first + 1));
    }
  }
  return text;
}
