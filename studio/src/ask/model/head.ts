/** The head that is looked into: all its weights where they are few enough, else the largest of each part. */
import { computed, effect, signal } from '@preact/signals';
import type { Attentions, HeadPlace } from './attentions.ts';
import { attentions, fault, isOpen, messageOf, place } from './opened.ts';
import { pooled } from './pooled.ts';

export interface Head extends HeadPlace {
  /** Of the attentions that it is of. */
  id: string;
  rows: number;
  columns: number;
  values: Float32Array;
  /** How many queries and keys are one number; 1 and 1 where all are there. */
  pool: readonly [number, number];
}

/** Of more queries or keys there is a picture of parts. */
export const MOST_WHOLE = 1024;
const MOST_PARTS = 512;

/** That which was there before stays in sight until the next is. */
export const head = signal<Head | undefined>(undefined);

const wanted = computed(() => {
  const { layer, batch, head } = place.value;
  return isOpen.value ? `${attentions.value.id} ${layer} ${batch} ${head}` : undefined;
});

effect(() => {
  if (wanted.value === undefined) return;
  const abort = new AbortController();
  const { layer, batch, head } = place.peek();
  void read(attentions.peek(), { layer, batch, head }, abort.signal);
  return () => abort.abort();
});

async function read(all: Attentions, at: HeadPlace, signal: AbortSignal): Promise<void> {
  const { id, rows, keys, name } = all;
  const isWhole = rows <= MOST_WHOLE && keys <= MOST_WHOLE;
  const pool = isWhole ? ([1, 1] as const) : ([Math.ceil(rows / MOST_PARTS), Math.ceil(keys / MOST_PARTS)] as const);
  try {
    const values = await pooled(
      { rows: [0, rows], keys: [0, keys], pool, by: 'max' },
      keys,
      (from, to) => all.read(at, from, to),
      { signal },
    );
    if (signal.aborted) return;
    head.value = { ...at, id, rows: Math.ceil(rows / pool[0]), columns: Math.ceil(keys / pool[1]), values, pool };
  } catch (error) {
    if (!signal.aborted) fault.value = { file: name, message: messageOf(error) };
  }
}
