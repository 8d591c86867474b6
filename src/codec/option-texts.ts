/** Options as texts, as they stand in the `__metadata__` of a safetensors file. */
import { parsed } from './safetensors-header.ts';

/** What libraries that save tensors write of themselves. */
const OF_THE_FILE = new Set(['format', 'total_size']);

/** The options that texts spell: those that are for the file alone are left out. */
export function optionsOfTexts(metadata: ReadonlyMap<string, string>): Map<string, unknown> {
  const options = new Map<string, unknown>();
  for (const [name, text] of metadata) if (!OF_THE_FILE.has(name)) options.set(name, spelled(name, text));
  return options;
}

/**
 * The value that a text spells: JSON, or what Python prints where that is clear (`True`, `None`, `['weights', 'lse']`, `1, 3`),
 * or the text itself.
 */
function spelled(name: string, text: string): unknown {
  const value = parsed(Buffer.from(text)) ?? parsed(Buffer.from(asJson(text)));
  if (value !== undefined) return value;
  // One word is a list where a list is asked for: "weights", "weights,lse".
  return name === 'outputs' ? text.split(',').map((word) => word.trim()) : text;
}

const WORDS = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
]);

/** A text between quotes as Python prints it, or a stretch without any. */
const PIECE = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|[^'"]+/gs;

/** What Python prints, in the words and brackets of JSON; something that is no JSON when it was not that. */
function asJson(text: string): string {
  const json = text.trim().replaceAll(PIECE, (piece, single: string | undefined, double: string | undefined) => {
    const quoted = single ?? double;
    return quoted === undefined ? bare(piece) : JSON.stringify(unescaped(quoted));
  });
  return /^[-\d.]+(\s*,\s*[-\d.]+)+$/.test(json) ? `[${json}]` : json;
}

function bare(text: string): string {
  return text
    .replaceAll(/\b(True|False|None)\b/g, (word) => WORDS.get(word) ?? word)
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll(/,\s*\]/g, ']');
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
