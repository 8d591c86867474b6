/** What a click, a key or a typed number does in the tensors view. */
import { given } from '../../ask/matrix/source.ts';
import { matrixOf } from '../../ask/tensors/as-matrix.ts';
import { entries, first, maxBytes, request } from '../../ask/tensors/asked.ts';
import { type Entry, edited, isLoaded } from '../../ask/tensors/entry.ts';
import { textOf } from '../../ask/tensors/held.ts';
import { type Options, withOption } from '../../ask/tensors/options.ts';
import type { Field } from '../../ask/tensors/schema.ts';
import { inOrder } from '../../ask/tensors/taken-in.ts';
import { countOf } from '../../files/tensor.ts';
import { adjust, go, state } from '../../state/here.ts';
import type { Against, Pair, PatternPlace } from '../../state/state.ts';
import { say } from '../message.tsx';
import { intakeFault, pickedOutput, place, pointedCell, pointedOutput, words } from './shown.ts';

/** Other tensors on the page, such as those of a file: the heads are others, too. */
export function showEntries(next: readonly Entry[], options: Options = state.peek().options): void {
  letPointed();
  go({ tensors: textOf(inOrder(next)), options, answered: undefined, against: againstOption() });
}

export function showExample(): void {
  letPointed();
  go({ tensors: undefined, options: {}, answered: undefined, against: undefined });
}

/** A tensor beside is beside the one that it was compared with. */
const againstOption = (): Against | undefined => {
  const { against } = state.peek();
  return against !== undefined && 'option' in against ? against : undefined;
};

function letPointed(): void {
  intakeFault.value = undefined;
  pointedCell.value = undefined;
  pointedOutput.value = undefined;
  pickedOutput.value = undefined;
}

export function editCell(entry: Entry, index: number, value: number): void {
  if (!isLoaded(entry)) return;
  const next = entries.peek().map((one) => (one === entry ? edited(entry, index, value) : one));
  adjust(`editing ${entry.role ?? entry.name} ${index}`, { tensors: textOf(next) });
}

/** Another role; whoever had it has none any more. Numbers that are still in their file are read. */
export async function assign(entry: Entry, role: string | undefined): Promise<void> {
  try {
    const loaded = role === undefined ? entry : await load(entry);
    const next = entries.peek().map((one) => {
      if (one === entry) return { ...loaded, role };
      return role !== undefined && one.role === role ? { ...one, role: undefined } : one;
    });
    showEntries(next);
  } catch (error) {
    intakeFault.value = error instanceof Error ? error.message : String(error);
  }
}

/** In base64 four bytes are three, and a number is four at least. */
const NUMBERS_A_BYTE = 3 / 4 / 4;
/** Until the service has said what it takes. */
const MOST_BYTES = 2 ** 26;

/** @throws FileFault where the file lies; Error for what the service would not take */
export async function load(entry: Entry): Promise<Entry> {
  if (isLoaded(entry) || entry.file === undefined) return entry;
  const count = countOf(entry.shape);
  const most = Math.floor((maxBytes.peek() ?? MOST_BYTES) * NUMBERS_A_BYTE);
  if (count > most)
    throw new Error(
      `“${entry.name}” has ${count.toLocaleString('en')} numbers, and the service takes ${most.toLocaleString('en')}: fewer heads or rows would fit.`,
    );
  return { ...entry, values: await entry.file.read(0, count), file: undefined };
}

/** What is as the service takes it anyway is not sent. */
export function setOption({ path, fallback }: Field, value: unknown): void {
  const isDefault = fallback !== undefined && JSON.stringify(value) === JSON.stringify(fallback);
  const options = withOption(state.peek().options, path, isDefault ? undefined : value);
  adjust(`setting ${path}`, { options });
}

export const setAgainst = (against: Against | undefined): void => adjust('setting what is beside', { against });

export const choosePlace = (answered: PatternPlace): void => adjust('choosing a head', { answered });

export function pickCell(at: Pair): void {
  // What was walked to is not what the pointer was left on.
  pointedCell.value = undefined;
  adjust('walking cells', { answered: { ...place.peek(), cell: at } });
}

export function pickOutput(at: Pair): void {
  pointedOutput.value = undefined;
  pickedOutput.value = at;
}

export function walkHeads(by: 1 | -1): void {
  const { batch = 1, heads = 1 } = first.peek() ?? {};
  const { batch: entry, head, cell } = place.peek();
  const at = entry * heads + head + by;
  if (at >= 0 && at < batch * heads)
    adjust('walking heads', { answered: { batch: Math.floor(at / heads), head: at % heads, cell } });
}

let latest: object | undefined;

/** The request as a matrix of any size, at the head that is shown here; of several that are asked for the last. */
export async function openInMatrix(): Promise<void> {
  const body = request();
  if (body === undefined) return;
  const { query_labels, key_labels } = state.peek().options;
  const isNamed = Array.isArray(query_labels) && Array.isArray(key_labels);
  const { queries, keys } = words.peek();
  const { batch, head } = place.peek();
  const own = {};
  latest = own;
  say('Opening it in Matrix …');
  try {
    const source = await matrixOf(body, isNamed ? { queries, keys } : undefined);
    if (latest !== own) return;
    given.value = source;
    const matrix = { ...state.peek().matrix, of: 'given', batch, head } as const;
    go({ view: 'matrix', matrix, matrixSight: undefined, matrixCell: undefined });
  } catch (error) {
    if (latest !== own) return;
    say(`Could not open it in Matrix: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whether there was a cell to let go. */
export function letGo(): boolean {
  const { answered } = state.peek();
  const had = answered?.cell !== undefined || pickedOutput.peek() !== undefined;
  pointedCell.value = undefined;
  pointedOutput.value = undefined;
  pickedOutput.value = undefined;
  if (answered?.cell !== undefined) go({ answered: { ...answered, cell: undefined } });
  return had;
}
