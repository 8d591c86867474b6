/** A request as a run, whose matrices are looked at by parts: the service lets a run go that nobody has asked for a while. */
import { isGone } from '../gone.ts';
import { runSource } from '../matrix/run-source.ts';
import type { MatrixSource } from '../matrix/source.ts';

const TITLE = 'your tensors';

/** How a run is started; another in tests. */
type Start = (request: object, title: string, signal: AbortSignal) => Promise<MatrixSource>;

/**
 * @param body of POST /attention
 * @throws SpotlightError where the service does not take it
 */
export async function matrixOf(
  body: Record<string, unknown>,
  words: MatrixSource['words'],
  start: Start = runSource,
): Promise<MatrixSource> {
  // Nobody gives it up: whoever asks for a part of it may leave, while others wait for it.
  const begin = () => start({ kind: 'attention', ...body }, TITLE, new AbortController().signal);
  const first = await begin();
  let run = Promise.resolve(first);
  /** Asks the run there is, and where that is gone, once, the one that is started in its place. */
  const asked = async <Answer>(ask: (source: MatrixSource) => Promise<Answer>): Promise<Answer> => {
    const mine = run;
    try {
      return await ask(await mine);
    } catch (error) {
      if (!isGone(error)) throw error;
      if (run === mine) {
        const next = begin();
        run = next;
        // One that could not be started is not asked again: whoever comes next starts another.
        next.catch(() => {
          if (run === next) run = mine;
        });
      }
      return await ask(await run);
    }
  };
  const { rowStatistics } = first;
  return {
    ...first,
    ...(words && { words }),
    tile: (part, signal) => asked((source) => source.tile(part, signal)),
    ...(rowStatistics && {
      rowStatistics: (place, signal) =>
        asked((source) => source.rowStatistics?.(place, signal) ?? rowStatistics(place, signal)),
    }),
  };
}
