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

/** Python writes NaN and Infinity, which are no JSON. */
const BARE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(text.replace(BARE, (found) => (found.startsWith('"') ? found : `"${found}"`)));
    } catch (error) {
      const { message } = error as SyntaxError;
      const at = /position (\d+)/.exec(message)?.[1];
      if (at === undefined) throw new FileFault(`This is no JSON: ${message}`);
      throw faultAt(text, Number(at), 'This is no JSON.');
    }
  }
}
