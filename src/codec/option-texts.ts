/** Options as texts, as they stand in the `__metadata__` of a safetensors file and among the parameters of other protocols. */
import { parsed } from './safetensors-header.ts';

/** What libraries that save tensors write of themselves. */
const OF_THE_FILE = new Set(['format', 'total_size']);

/** More than any route has. */
const MOST_OPTIONS = 64;
/** As many as the header of a safetensors file may have. */
const MOST_CHARACTERS = 2 ** 20;

/** The options that texts spell: those that are for the file alone are left out. */
export function optionsOfTexts(metadata: ReadonlyMap<string, string>): Map<string, unknown> {
  const options = new Map<string, unknown>();
  // There are not so many options: one of these is none, and the request is refused whatever the others spell.
  const isRead = metadata.size <= MOST_OPTIONS;
  for (const [name, text] of metadata) {
    if (!OF_THE_FILE.has(name)) options.set(name, isRead ? spelled(name, text) : text);
  }
  return options;
}

/** The options among parameters that are texts, as above, or plain JSON. */
export function optionsOfParameters(parameters: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const entries = Object.entries(parameters);
  const characters = entries.reduce((sum, [, value]) => sum + (typeof value === 'string' ? value.length : 0), 0);
  const isRead = entries.length <= MOST_OPTIONS && characters <= MOST_CHARACTERS;
  return new Map(
    entries.map(([name, value]) => [name, isRead && typeof value === 'string' ? spelled(name, value) : value]),
  );
}

/**
 * The value that a text spells: JSON, or what Python prints where that is clear (`True`, `None`, `['weights', 'lse']`, `1, 3`,
 * `tensor([3, 5])`, `[3 5]`), or the text itself.
 */
export function spelled(name: string, text: string): unknown {
  if (name === 'focus') return focusOf(text);
  const value = parsed(Buffer.from(text)) ?? parsed(Buffer.from(asJson(text)));
  if (value !== undefined) return value;
  if (name !== 'outputs' || text.length > LONGEST_LIST) return text;
  // Words are a list where a list is asked for: "weights", "weights,lse", "[weights, lse]".
  return text.replaceAll(/^[\s[({]+|[\s\])}]+$/g, '').split(/[\s,;]+/);
}

/** Digits are the number of a row; all else, and digits in quotes, is a name. */
function focusOf(text: string): unknown {
  if (/^\d+$/.test(text)) return Number(text);
  const value = parsed(Buffer.from(text)) ?? parsed(Buffer.from(asJson(text)));
  return typeof value === 'string' ? value : text;
}

/** More than all names of outputs together. */
const LONGEST_LIST = 1024;

const WORDS = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['none', 'null'],
]);

/** A text between quotes as Python prints it, perhaps without its end, or a stretch without any. */
const PIECE = /'((?:[^'\\]|\\.)*)(?:'|\\?$)|"((?:[^"\\]|\\.)*)(?:"|\\?$)|[^'"]+/gs;

/** What Python prints, in the words and brackets of JSON; something that is no JSON when it was not that. */
function asJson(text: string): string {
  const held = withoutCalls(text.trim());
  const json = /['"]/.test(held)
    ? held.replaceAll(PIECE, (piece, single: string | undefined, double: string | undefined) => {
        const quoted = single ?? double;
        return quoted === undefined ? inWordsOfJson(piece) : JSON.stringify(unescaped(quoted));
      })
    : inWordsOfJson(numbersAsJson(held));
  // A set has no colons.
  const list = json.replace(/^\{([^:]*)\}$/, '[$1]');
  return /^[-+\d.e]+(\s*,\s*[-+\d.e]+)+$/.test(list) ? `[${list}]` : list;
}

function inWordsOfJson(bare: string): string {
  return bare
    .replaceAll(/\b(True|False|None|TRUE|FALSE|NONE)\b/g, (word) => WORDS.get(word.toLowerCase()) ?? word)
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll(/,\s*([\]}])/g, '$1');
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** What `repr` escapes: quotes, backslashes, and what cannot be printed. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs, (all, x, u, U, one) => {
    const code = Number.parseInt(x ?? u ?? U ?? '', 16);
    if (Number.isNaN(code)) return ESCAPES.get(one) ?? one;
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** `tensor([3, 5], dtype=torch.int32)`, `array([3, 5])` and `np.float32(0.5)` as what they hold. */
function withoutCalls(text: string): string {
  const plain = /['"]/.test(text) ? text : text.replaceAll(/\bnp\.\w+\(([^()]*)\)/g, '$1');
  const call = /^(?:(?:torch|np|numpy)\.)?(?:tensor|array)\(/.exec(plain);
  if (call === null || !plain.endsWith(')')) return plain;
  const inside = plain.slice(call[0].length, -1);
  const more = inside.search(/,\s*(?:dtype|device)=/);
  return more < 0 ? inside : inside.slice(0, more);
}

/** NumPy puts spaces between numbers, and nothing behind the point of a whole one. */
function numbersAsJson(text: string): string {
  return text
    .replaceAll(/(?<=[\d.])\s+(?=[-\d.])/g, ', ')
    .replaceAll(/\]\s+\[/g, '], [')
    .replaceAll(/(\d)\.(?!\d)/g, '$1.0')
    .replaceAll(/-inf\b/g, '"-Infinity"');
}
