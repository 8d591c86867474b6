/** The matrix that is looked at: of the sentence, of numbers that are made up, or what another view gave. */
import { computed, effect, signal } from '@preact/signals';
import { base64Of } from '../../files/base64.ts';
import { state } from '../../state/here.ts';
import type { MatrixChoice } from '../../state/state.ts';
import { askOn } from '../ask-on.ts';
import { isGone } from '../gone.ts';
import { filmRequest } from '../sentence-request.ts';
import { madeUp } from './made-up.ts';
import { runSource } from './run-source.ts';
import { given, type MatrixSource, type TilePart } from './source.ts';
import { TileStore } from './tile-store.ts';

const isOpen = computed(() => state.value.view === 'matrix');
/** Grows when a run is gone and has to be started again. */
const again = signal(0);

/** What is asked of the service; of a matrix that was given, nothing. */
const question = computed(() => {
  if (!isOpen.value) return undefined;
  const { of, size } = state.value.matrix;
  if (of === 'made') return { of, size, again: again.value } as const;
  if (of === 'given' && given.value !== undefined) return undefined;
  const request = filmRequest(state.value);
  return request && ({ of: 'sentence', request, again: again.value } as const);
});

export const answered = askOn(
  () => question.value,
  async (asked, signal) => {
    if (asked.of === 'sentence') return await runSource(asked.request, 'the sentence', signal);
    return await runSource(madeRequest(asked.size), `${asked.size} × ${asked.size}, made up`, signal);
  },
);

/** Whether a link says that it is of a file, and there is none here. */
export const isElsewhere = computed(() => state.value.matrix.of === 'given' && given.value === undefined);

export const source = computed<MatrixSource | undefined>(() => {
  if (state.value.matrix.of === 'given' && given.value !== undefined) return given.value;
  return answered.value.is === 'refused' ? undefined : answered.value.last;
});

/** Its tiles. */
export const store = signal<TileStore | undefined>(undefined);
effect(() => {
  const here = source.value;
  store.peek()?.close();
  store.value = here && new TileStore(here);
});

/** Of a run that is gone another is begun, once: until that is there, its tiles say again and again that they are gone. */
let replaced: TileStore | undefined;
effect(() => {
  const here = store.value;
  const problem = here?.problem.value;
  if (here === undefined || here === replaced || !isGone(problem)) return;
  if (state.peek().matrix.of === 'given') return;
  replaced = here;
  again.value = again.peek() + 1;
});

/** Which matrix of it: what there is of what was chosen. */
export const place = computed(() => {
  const here = source.value;
  const { step, batch, head, by } = state.value.matrix;
  return here && placeIn(here, { step, batch, head, by });
});

export function placeIn(
  { steps, batch: batches, heads }: Pick<MatrixSource, 'steps' | 'batch' | 'heads'>,
  { step, batch, head, by }: Pick<MatrixChoice, 'step' | 'batch' | 'head' | 'by'>,
): Pick<TilePart, 'step' | 'batch' | 'head' | 'by'> {
  return {
    step: steps.includes(step) ? step : steps[steps.length - 1],
    batch: Math.min(batch, batches - 1),
    head: Math.min(head, heads - 1),
    by,
  };
}

function madeRequest(size: number) {
  const { query, key, value, headDim } = madeUp(size);
  const tensor = (numbers: Float32Array) => ({
    dtype: 'float32',
    shape: [1, size, headDim],
    data: base64Of(new Uint8Array(numbers.buffer)),
  });
  return {
    kind: 'attention',
    query: tensor(query),
    key: tensor(key),
    value: tensor(value),
    is_causal: true,
    // Sharper than √64: what stands out can be seen.
    scale: 0.5,
  };
}
