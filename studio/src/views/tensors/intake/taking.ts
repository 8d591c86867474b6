/** Takes files and pasted numbers in: what is wrong with them is said, and what was there stays. */
import { entries, form } from '../../../ask/tensors/asked.ts';
import { entryOf } from '../../../ask/tensors/entry.ts';
import { textOf } from '../../../ask/tensors/held.ts';
import { optionsIn } from '../../../ask/tensors/options-in.ts';
import { entriesIn, takenIn } from '../../../ask/tensors/taken-in.ts';
import { openFile } from '../../../files/open.ts';
import { readPasted } from '../../../files/pasted.ts';
import { state } from '../../../state/here.ts';
import { load, setAgainst, showEntries } from '../picks.ts';
import { intakeFault } from '../shown.ts';

/** Two that are opened one after the other are taken in in that order. */
let queue: Promise<void> = Promise.resolve();

export function openFiles(files: readonly File[]): Promise<void> {
  queue = queue.then(() =>
    telling(async () => {
      const opened = await Promise.all(files.map((file) => named(file, () => openFile(file))));
      const taken = takenIn(entries.peek(), entriesIn(opened));
      const options = { ...state.peek().options, ...(await optionsIn(opened, form.peek()?.options ?? [])) };
      const loaded = await Promise.all(taken.map((entry) => (entry.role === undefined ? entry : load(entry))));
      showEntries(loaded, options);
    }),
  );
  return queue;
}

/** What is wrong with a text, or undefined where it was taken in. */
export function paste(text: string, role: string): string | undefined {
  try {
    const tensor = readPasted(text);
    const others = entries.peek().filter((entry) => entry.role !== role);
    showEntries([...others, entryOf({ ...tensor, name: tensor.name || 'pasted' }, role)]);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A tensor of a file beside the one of a role: of several in a file the one of that role, else the first. */
export const compareFile = (file: File, role: string): Promise<void> =>
  telling(async () => {
    const opened = entriesIn([await named(file, () => openFile(file))]);
    const [first] = takenIn([], opened).toSorted((a, b) => Number(b.role === role) - Number(a.role === role));
    if (first === undefined) throw new Error(`There is no tensor in “${file.name}”.`);
    setAgainst({ role, tensor: textOf([{ ...(await load(first)), role }]) });
  });

async function telling(work: () => Promise<void>): Promise<void> {
  try {
    intakeFault.value = undefined;
    await work();
  } catch (error) {
    intakeFault.value = messageOf(error);
  }
}

/** With the name of the file, as several may have been dropped. */
async function named<T>(file: File, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`“${file.name}”: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
