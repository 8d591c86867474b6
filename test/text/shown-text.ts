import fc from 'fast-check';

const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));

const troubles = [
  '',
  '\u001b[31mred\u001b[0m',
  '\u009b2J',
  '\u001b]0;title\u0007',
  '\r\n\t\b',
  '\u202egnihtyna\u202c',
  '\u2066\u2067',
  '\ud83d',
  '\udc00x',
  '\ufffe\uffff',
  '\u200b\ufeff\u00ad',
  `a${'\u0301'.repeat(5000)}`,
  '\u0301',
  '🏻',
  '👨‍👩‍👧‍👦',
  '🇫🇷🇫',
  '漢字仮名交じり文と漢字仮名交じり文',
  'שלום עולם',
  'مرحبا بالعالم',
  '<script>alert(1)</script>',
  ']]>&amp;&#0;<!--',
  '"\' onload=',
  ' cat',
  'x'.repeat(100_000),
];

/** What people and attackers write: any code points, broken UTF-16, and strings made to break terminals and markup. */
export const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...troubles), fc.string({ unit: 'binary', maxLength: 30 }), codeUnits);
