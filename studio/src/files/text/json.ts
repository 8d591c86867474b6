/** JSON: an object of nested arrays by name, or one nested array. */
import { FileFault, type Tensor, type Texts } from '../tensor.ts';
import { nestedOf } from './nested.ts';
import { faultAt } from './place.ts';

export interface Read {
  tensors: readonly Tensor[];
  texts: readonly Texts[];
}

/** @throws FileFault where it is no JSON, or an array is ragged */
export function readJson(text: string): Read {
  const value = parsed(text);
  const isNamed = typeof value === 'object' && value !== null && !Array.isArray(value);
  const isOne = isNamed && 'shape' in value && 'data' in value;
  const members = isNamed && !isOne ? Object.entries(value) : [['', value] as const];
  const all = members.map(([name, member]) => nestedOf(name, member));
  if (all.length === 0) throw new FileFault('The object has no members.');
  return {
    tensors: all.filter((one) => 'values' in one),
    texts: all.filter((one) => 'texts' in one),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(withQuotes(text));
    } catch (error) {
      const { message } = error as SyntaxError;
      const at = /position (\d+)/.exec(message)?.[1];
      if (at === undefined) throw new FileFault(`This is no JSON: ${message}`);
      throw faultAt(text, Number(at), 'This is no JSON.');
    }
  }
}

/** Python writes NaN and Infinity, which are no JSON: where they are within no text they become texts. */
function withQuotes(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const start = quote < 0 ? text.length : quote;
    const end = quote < 0 ? text.length : endOfText(text, start);
    parts.push(text.slice(at, start).replace(/-?\bInfinity\b|\bNaN\b/g, '"$&"'), text.slice(start, end));
    at = end;
  }
  return parts.join('');
}

/** Behind the quote that ends it, by hand: a regular expression overflows its stack at millions of letters. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text[before - 1] === '\\') before--;
    if ((at - before) % 2 === 0) return at + 1;
  }
  return text.length;
}
