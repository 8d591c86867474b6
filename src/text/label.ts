/** Words of anyone's text as they may be shown: harmless for a terminal and for XML, and no wider than there is room. */
import stringWidth from 'string-width';

const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Code units of one character that are shown; the longest emoji in use have about 25, stacks of accents have no end. */
const MAX_CLUSTER_LENGTH = 32;
/** Code units a column on average; families of emoji have 6. */
const MAX_LENGTH_PER_COLUMN = 8;

/** What moves the cursor, turns the direction of the text around it, is invisible, or is forbidden in XML. */
const HARMFUL =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
const OUTER_SPACE = /^\p{Zs}+|\p{Zs}+$/gu;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/** Columns of a terminal that a shown text takes: 2 for East Asian wide characters and emoji, 0 for combining marks. */
export const displayWidth = (shown: string): number => stringWidth(shown);

/** A character that is shown, with its columns in a terminal. */
export interface ShownCharacter {
  text: string;
  width: number;
}

/**
 * A text as it may be shown, in at most `maxWidth` columns (at least 1); one that is longer ends in an ellipsis.
 *
 * Controls become their pictures (␛ for escape), spaces at the ends ␣ (tokens often begin with one), and what is invisible,
 * turns the direction of writing or is no character becomes U+FFFD. A mark without a letter stands on a dotted circle.
 */
export function shownLabel(text: string, maxWidth: number): string {
  return shownCharacters(text, maxWidth)
    .map((character) => character.text)
    .join('');
}

/** `shownLabel` by its characters. */
export function shownCharacters(text: string, maxWidth: number): ShownCharacter[] {
  // Nothing beyond this can be shown, so that a long text costs no more than a short one.
  const part = text.slice(0, maxWidth * MAX_LENGTH_PER_COLUMN + MAX_CLUSTER_LENGTH);
  const shown: ShownCharacter[] = [];
  let width = 0;
  for (const { segment } of clusters.segment(harmless(part))) {
    const character = shownCharacter(segment);
    shown.push(character);
    width += character.width;
    if (width > maxWidth) break;
  }
  if (width <= maxWidth && part.length === text.length) return shown;
  while (width > maxWidth - 1) width -= shown.pop()?.width ?? width;
  shown.push({ text: '…', width: 1 });
  return shown;
}

/**
 * A label as part of a line: a word that is written from right to left is isolated (UAX #9), so that what stands beside it
 * keeps its place.
 */
export function isolated(label: string): string {
  return RIGHT_TO_LEFT.test(label) ? `\u2068${label}\u2069` : label;
}

function harmless(text: string): string {
  return text
    .replace(HARMFUL, (character) => {
      const code = character.charCodeAt(0);
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      return code === 0x7f ? '␡' : '\ufffd';
    })
    .replace(OUTER_SPACE, (spaces) => '␣'.repeat(spaces.length));
}

function shownCharacter(cluster: string): ShownCharacter {
  // A cut may leave half of a surrogate pair at the end.
  let text = cluster.slice(0, MAX_CLUSTER_LENGTH).replace(/\p{Cs}/gu, '');
  if (/^\p{M}/u.test(text)) text = `◌${text}`;
  const width = stringWidth(text);
  return width === 0 || !standsAlone(text) ? { text: '\ufffd', width: 1 } : { text, width };
}

/** Whether spaces beside a character stay apart from it: a skin tone without an emoji would color what stands before it. */
function standsAlone(character: string): boolean {
  if (/^[ -~]$/.test(character)) return true;
  return Array.from(clusters.segment(` ${character} `)).length === 3;
}
