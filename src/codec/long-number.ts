/** Numbers of JSON that are longer than the reader's window: valid, if odd. */

/**
 * The grammar of RFC 8259 section 6 as an automaton: for each state the states that a digit from 1 to 9, a zero, a minus,
 * a plus, a point and an e lead to; a space where none may stand.
 */
const NEXT: Readonly<Record<string, string>> = {
  start: 'iz-   ',
  '-': 'iz    ',
  z: '    .e',
  i: 'ii  .e',
  '.': 'ff    ',
  f: 'ff   e',
  e: 'xxss  ',
  s: 'xx    ',
  x: 'xx    ',
};
const WHOLE = 'zifx';

/** The end of the number at `start`, or the offset at which it stops being one. */
export function longNumber(text: Uint8Array, start: number): { end: number; isWhole: boolean } {
  let state = 'start';
  for (let end = start; ; end++) {
    const next = NEXT[state][columnOf(text[end])] ?? ' ';
    if (next === ' ') return { end, isWhole: WHOLE.includes(state) };
    state = next;
  }
}

/** Beyond all columns for what is in no number, and behind the text, where there is no byte. */
function columnOf(byte: number): number {
  if (byte >= 0x31 && byte <= 0x39) return 0;
  if (byte === 0x30) return 1;
  if (byte === 0x2d) return 2;
  if (byte === 0x2b) return 3;
  if (byte === 0x2e) return 4;
  return byte === 0x65 || byte === 0x45 ? 5 : 6;
}
