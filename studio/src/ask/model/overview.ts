/** The small pictures of all heads, read from the file one after the other and shown as they come. */
import { computed, effect, signal } from '@preact/signals';
import type { Attentions } from './attentions.ts';
import { type HeadPicture, headPicture } from './head-picture.ts';
import { attentions, fault, isOpen, messageOf, place } from './opened.ts';

/** Those that are there, by layer and head: at `layer · heads + head`. */
export interface Overview {
  /** Of the attentions that they are of. */
  id: string;
  pictures: readonly (HeadPicture | undefined)[];
  /** How many are there. */
  count: number;
}

const NOTHING: Overview = { id: '', pictures: [], count: 0 };

export const overview = signal<Overview>(NOTHING);

/** How often what came is drawn: a picture of all heads costs some milliseconds. */
const DRAW_MS = 150;

/** Some are read while another is pooled. */
const AT_ONCE = 4;

const batch = computed(() => place.value.batch);
const wanted = computed(() => (isOpen.value ? `${attentions.value.id} ${batch.value}` : undefined));

effect(() => {
  if (wanted.value === undefined) return;
  const abort = new AbortController();
  void gather(attentions.peek(), batch.peek(), abort.signal);
  return () => abort.abort();
});

async function gather(all: Attentions, batch: number, signal: AbortSignal): Promise<void> {
  const { id, layers, heads, name } = all;
  const pictures: (HeadPicture | undefined)[] = Array(layers * heads).fill(undefined);
  let drawn = performance.now();
  let count = 0;
  const show = () => {
    overview.value = { id, pictures: [...pictures], count };
    drawn = performance.now();
  };
  show();
  try {
    let next = 0;
    const work = async () => {
      while (next < pictures.length && !signal.aborted) {
        const at = next++;
        pictures[at] = await headPicture(all, { layer: Math.floor(at / heads), head: at % heads, batch }, signal);
        count++;
        if (!signal.aborted && performance.now() - drawn >= DRAW_MS) show();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    if (signal.aborted) return;
    fault.value = { file: name, message: messageOf(error) };
  }
  if (!signal.aborted) show();
}
