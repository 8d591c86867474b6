/** What runs in the thread of one tokenizer: it loads the file, once for the process, and answers all that is asked of it. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { RequestError } from '../errors.ts';
import { answerLoaded } from '../requests/tokens/loaded-answer.ts';
import type { Tokenized } from '../requests/tokens/token-runner.ts';
import type { Outcome } from '../tasks/tasks.ts';
import type { TokenizerOrder, TokenizerReport, TokenizerSettings } from '../tasks/tokenizer-thread.ts';
import { HuggingFaceTokenizer } from '../text/hugging-face/tokenizer.ts';
import { faultOf } from './fault.ts';
import { heavy } from './heavy.ts';

/** How long it writes an answer before others have their turn, in ms. */
const SLICE_MS = 4;

const { file, about, limits, nice } = workerData as TokenizerSettings;
// On Linux this is the niceness of this thread; elsewhere it would be that of the whole process.
if (process.platform === 'linux' && nice > 0) setPriority(nice);
const stopped = new Set<number>();
let tokenizer: HuggingFaceTokenizer | RequestError | undefined;

parentPort?.on('message', async (order: TokenizerOrder) => {
  if (order.kind === 'stop') {
    stopped.add(order.id);
    return;
  }
  const { id } = order;
  const outcome = await answer(order);
  stopped.delete(id);
  report({ kind: 'answer', id, outcome }, 'ok' in outcome ? heavy(outcome.ok.pieces) : []);
});
loadFirst();

/** Before any order, so that one whose client leaves meanwhile never comes; what is wrong with the file is told in answers. */
function loadFirst(): void {
  try {
    loaded();
  } catch {}
  report({ kind: 'loaded' }, []);
}

function report(what: TokenizerReport, moved: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(what, [...moved]);
}

async function answer({ id, request }: Extract<TokenizerOrder, { kind: 'answer' }>): Promise<Outcome<Tokenized>> {
  try {
    const setting = { tokenizer: loaded(), limits, sliceMs: SLICE_MS, isStopped: () => stopped.has(id) };
    return { ok: await answerLoaded(request, setting) };
  } catch (error) {
    return faultOf(error);
  }
}

/** @throws RequestError for a file that cannot be loaded, each time */
function loaded(): HuggingFaceTokenizer {
  if (tokenizer === undefined) {
    try {
      tokenizer = new HuggingFaceTokenizer(file, about);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      tokenizer = error;
    }
  }
  if (tokenizer instanceof RequestError) throw tokenizer;
  return tokenizer;
}
