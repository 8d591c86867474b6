/** The recurrence of the online softmax, and the same with the numbers of a row (Milakov & Gimelshein 2018; FlashAttention). */
import type { FormulaParts, Setting } from './formula-parts.ts';
import { Exp, Live, Op, Sum, Var } from './math.tsx';

export function tileFormulaOf({ scene, cell, numbers }: Setting): FormulaParts {
  const row = cell.query;
  const [word, key] = [scene.queries[row], scene.keys[cell.key]];
  const scores = numbers.row('tile_scores', row);
  const now = (name: 'running_max' | 'rescale' | 'running_sum' | 'accumulator') => numbers.row(name, row)?.[0];
  /** Before the first tile nothing was seen; before another it may be that it is not kept. */
  const before = (name: 'running_max' | 'running_sum' | 'accumulator', first: number) =>
    scene.frame.tile?.index === 0 ? first : numbers.before(name, row)?.[0];
  const max = now('running_max');
  /** What the tile adds under the softmax. */
  const added = scores?.reduce((sum, score) => sum + (score === -Infinity ? 0 : Math.exp(score - (max ?? 0))), 0);
  switch (scene.frame.name) {
    case 'tile_scores':
      return {
        general: (
          <>
            <Var name="S" of="tile" />
            <Op is="=" />
            <mtext>scale · q·k, masked, for these rows and keys only</mtext>
          </>
        ),
        live: (
          <>
            <Var name="s" of={`${word}, ${key}`} />
            <Op is="=" />
            <Live value={numbers.cell('tile_scores', row, cell.key)} isResult />
          </>
        ),
      };
    case 'running_max':
      return {
        general: (
          <>
            <Var name="m" />
            <Op is="←" />
            <mtext>max</mtext>
            <mo stretchy={false}>(</mo>
            <Var name="m" />
            <mo separator>,</mo>
            <mtext>the scores of the tile</mtext>
            <mo stretchy={false}>)</mo>
          </>
        ),
        live: (
          <>
            <Var name="m" of={word} />
            <Op is="=" />
            <mtext>max</mtext>
            <mo stretchy={false}>(</mo>
            <Live value={before('running_max', Number.NEGATIVE_INFINITY)} />
            <mo separator>,</mo>
            <Live value={scores && Math.max(...scores)} />
            <mo stretchy={false}>)</mo>
            <Op is="=" />
            <Live value={max} isResult />
          </>
        ),
      };
    case 'rescale':
      return {
        general: (
          <>
            <Var name="α" />
            <Op is="=" />
            <Exp>
              <mtext>m before</mtext>
              <Op is="−" />
              <Var name="m" />
            </Exp>
          </>
        ),
        live: (
          <>
            <Var name="α" of={word} />
            <Op is="=" />
            <Exp>
              <Live value={before('running_max', Number.NEGATIVE_INFINITY)} />
              <Op is="−" />
              <Live value={max} isTerm />
            </Exp>
            <Op is="=" />
            <Live value={now('rescale')} isResult />
          </>
        ),
      };
    case 'running_sum':
      return {
        general: (
          <>
            <Var name="ℓ" />
            <Op is="←" />
            <Var name="α" />
            <Op is="·" />
            <Var name="ℓ" />
            <Op is="+" />
            <Sum over="j">
              <Exp>
                <Var name="s" of="j" />
                <Op is="−" />
                <Var name="m" />
              </Exp>
            </Sum>
          </>
        ),
        live: (
          <>
            <Var name="ℓ" of={word} />
            <Op is="=" />
            <Live value={now('rescale')} />
            <Op is="·" />
            <Live value={before('running_sum', 0)} />
            <Op is="+" />
            <Live value={added} />
            <Op is="=" />
            <Live value={now('running_sum')} isResult />
          </>
        ),
      };
    default:
      return {
        general: (
          <>
            <Var name="a" />
            <Op is="←" />
            <Var name="α" />
            <Op is="·" />
            <Var name="a" />
            <Op is="+" />
            <Sum over="j">
              <Exp>
                <Var name="s" of="j" />
                <Op is="−" />
                <Var name="m" />
              </Exp>
              <Var name="v" of="j" />
            </Sum>
          </>
        ),
        live: (
          <>
            <Var name="a" of={`${word}, 1`} />
            <Op is="=" />
            <Live value={now('rescale')} />
            <Op is="·" />
            <Live value={before('accumulator', 0)} isTerm />
            <Op is="+" />
            <mi>…</mi>
            <Op is="=" />
            <Live value={now('accumulator')} isResult />
          </>
        ),
      };
  }
}
