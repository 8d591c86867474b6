/** What is pasted: JSON, CSV, and what NumPy, PyTorch, MLX and Python print → one tensor. */
import { FileFault, type Tensor } from './tensor.ts';
import { readJson } from './text/json.ts';
import { readPrinted, readScalar } from './text/printed.ts';
import { readTable } from './text/table.ts';

/** Larger is what should be a file of bytes: 16 MiB of text with 17 digits a number take half a second, of single digits up to two. */
export const MOST_TEXT = 2 ** 24;

export const TOO_LONG = 'Text is read here up to 16 MiB, and this is longer: save a .npy and drop it.';

/**
 * The numbers as printed, in float64, whatever dtype they had.
 * @throws FileFault where there are none, or dots stand for some; with its place
 */
export function readPasted(text: string): Tensor {
  if (text.length > MOST_TEXT) throw new FileFault(TOO_LONG);
  const said = text.replace(/^\uFEFF/, '');
  if (said.trim() === '') throw new FileFault('There is nothing to read.');
  if (said.trimStart().startsWith('{')) return theOnly(said);
  return said.includes('[') ? readPrinted(said) : (readScalar(said) ?? readTable(said));
}

function theOnly(text: string): Tensor {
  const { tensors } = readJson(text);
  const [only, ...more] = tensors;
  if (only === undefined) throw new FileFault('There are no numbers in this JSON.');
  if (more.length === 0) return only;
  throw new FileFault(`There are ${tensors.length} tensors: paste one, or drop all as a .json.`);
}
