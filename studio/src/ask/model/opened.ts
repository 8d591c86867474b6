/** The attentions that are looked at: of a file that was dropped, or the example. They stay in the page. */
import { computed, signal } from '@preact/signals';
import { openFile } from '../../files/open.ts';
import { FileFault } from '../../files/tensor.ts';
import { state } from '../../state/here.ts';
import type { ModelPlace } from '../../state/state.ts';
import { type Attentions, attentionsOf } from './attentions.ts';
import { exampleAttentions } from './example.ts';

export const example = exampleAttentions();

export const attentions = signal<Attentions>(example);

/** What is wrong with a file, by its name. */
export const fault = signal<{ file: string; message: string } | undefined>(undefined);

/** The name of a file that is being opened. */
export const opening = signal<string | undefined>(undefined);

let latest: object | undefined;

/** Whether the file was opened; of files that follow each other fast the last is. */
export async function openAttentions(file: File): Promise<boolean> {
  const own = {};
  latest = own;
  opening.value = file.name;
  try {
    const opened = attentionsOf(await openFile(file));
    if (latest !== own) return false;
    fault.value = undefined;
    attentions.value = opened;
    return true;
  } catch (error) {
    if (latest === own) fault.value = { file: file.name, message: messageOf(error) };
    return false;
  } finally {
    if (latest === own) opening.value = undefined;
  }
}

/** @throws what is no fault of a file */
export function messageOf(error: unknown): string {
  if (error instanceof FileFault) return error.message;
  throw error;
}

export const isOpen = computed(() => state.value.view === 'model');

/** The head that is shown, among those that there are: a link may be of another file. */
export const place = computed<ModelPlace>(() => {
  const { layers, heads, batch, rows, keys } = attentions.value;
  const { layer, head, batch: entry, word } = state.value.model ?? { layer: 0, head: 0, batch: 0, word: undefined };
  const within = (value: number, count: number) => Math.min(value, count - 1);
  const isThere = word !== undefined && word < Math.max(rows, keys);
  return {
    layer: within(layer, layers),
    head: within(head, heads),
    batch: within(entry, batch),
    word: isThere ? word : undefined,
  };
});
