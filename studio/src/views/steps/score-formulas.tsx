/** The formulas up to the softmax: queries, keys, values, and what becomes of a score. */
import type { StepName } from '../../ask/film/frame.ts';
import type { FormulaParts, Setting } from './formula-parts.ts';
import { Live, Op, Sum, Var } from './math.tsx';
import { Terms } from './terms.tsx';

/** White space at the ends of a text is not drawn in MathML; this is. */
export const SPACE = '\u00a0';

/** What stands before the softmax: the last of these that there is. */
const SCORES: readonly StepName[] = ['masked', 'biased', 'softcapped', 'scaled', 'attn_scores'];
export const scoresBefore = ({ scene }: Pick<Setting, 'scene'>, name: StepName): StepName => {
  const there = SCORES.filter((one) => scene.plan.names.some((kind) => kind.name === one));
  const at = there.indexOf(name);
  return there[at + 1] ?? there[0] ?? 'attn_scores';
};

const PRIMES = ['', '′', '″', '‴', '⁗'];

/** A score is an s, with a prime for each step that changed it. */
export function scoreSymbol({ scene }: Pick<Setting, 'scene'>, name: StepName): string {
  const there = SCORES.filter((one) => scene.plan.names.some((kind) => kind.name === one)).reverse();
  return `s${PRIMES[Math.max(0, there.indexOf(name))]}`;
}

/** q, k or v of a word: its numbers. */
export function vector({ scene: { frame, queries, keys }, cell, numbers }: Setting): FormulaParts {
  const index = frame.name === 'q' ? cell.query : cell.key;
  const word = (frame.name === 'q' ? queries : keys)[index];
  const values = numbers.row(frame.name, index);
  return {
    general: (
      <>
        <Var name={frame.name.toUpperCase()} />
        <Op is="=" />
        <mtext>one row a word</mtext>
      </>
    ),
    live: (
      <>
        <Var name={frame.name} of={word} />
        <Op is="=" />
        <mo stretchy={false}>(</mo>
        {[0, 1, 2].map((i) => (
          <mrow key={i}>
            <Live value={values?.[i]} isResult />
            <mo separator>,</mo>
          </mrow>
        ))}
        <mi>…</mi>
        <mo stretchy={false}>)</mo>
      </>
    ),
  };
}

/** A score: the products of a query's and a key's numbers, added up. */
export function product({ scene: { plan, queries, keys }, cell, numbers }: Setting): FormulaParts {
  const [query, key] = [numbers.row('q', cell.query), numbers.row('k', cell.key)];
  return {
    general: (
      <>
        <Var name="s" of="ij" />
        <Op is="=" />
        <Var name="q" of="i" />
        <Op is="·" />
        <Var name="k" of="j" />
        <Op is="=" />
        <Sum over="c">
          <Var name="q" of="ic" />
          <Var name="k" of="jc" />
        </Sum>
      </>
    ),
    live: (
      <>
        <Var name="s" of={`${queries[cell.query]}, ${keys[cell.key]}`} />
        <Op is="=" />
        <Terms count={query?.length ?? plan.sizes.head_dim} left={query} right={key} />
        <Op is="=" />
        <Live value={numbers.cell('attn_scores', cell.query, cell.key)} isResult />
      </>
    ),
  };
}

/** A score times the scale. */
export function scaledScore(setting: Setting): FormulaParts {
  const { scene, cell, numbers } = setting;
  const symbol = scoreSymbol(setting, 'scaled');
  const { plan, queries, keys } = scene;
  return {
    general: (
      <>
        <Var name={symbol} of="ij" />
        <Op is="=" />
        <mtext>scale</mtext>
        <Op is="·" />
        <Var name="s" of="ij" />
      </>
    ),
    live: (
      <>
        <Var name={symbol} of={`${queries[cell.query]}, ${keys[cell.key]}`} />
        <Op is="=" />
        <Live value={plan.scale} />
        <Op is="·" />
        <Live value={numbers.cell('attn_scores', cell.query, cell.key)} isTerm />
        <Op is="=" />
        <Live value={numbers.cell('scaled', cell.query, cell.key)} isResult />
      </>
    ),
  };
}

/** A score that was capped, biased or masked. */
export function changedScore(
  setting: Setting,
  now: number | undefined,
  before: number | undefined,
  both: string,
): FormulaParts {
  const { cell, scene } = setting;
  const { frame } = scene;
  const symbol = scoreSymbol(setting, frame.name);
  const earlier = <Var name={scoreSymbol(setting, scoresBefore(setting, frame.name))} of="ij" />;
  const isMask = frame.name === 'masked';
  const isHidden = now === Number.NEGATIVE_INFINITY;
  const why = cell.query === cell.key ? 'a word may not look at itself' : 'may not be looked at';
  return {
    general: isMask ? (
      <>
        <Var name={symbol} of="ij" />
        <Op is="=" />
        {earlier}
        <mtext>{`${SPACE}where i may look at j, else${SPACE}`}</mtext>
        <Live value={Number.NEGATIVE_INFINITY} />
      </>
    ) : (
      <>
        <Var name={symbol} of="ij" />
        <Op is="=" />
        {frame.name === 'biased' ? (
          <>
            {earlier}
            <Op is="+" />
            <mtext>bias</mtext>
          </>
        ) : (
          <>
            <mtext>{`cap · tanh(${SPACE}`}</mtext>
            {earlier}
            <mtext>{`${SPACE}/ cap)`}</mtext>
          </>
        )}
      </>
    ),
    live: (
      <>
        <Var name={symbol} of={both} />
        <Op is="=" />
        <Live value={now} isResult />
        <mtext>
          {isHidden ? `${SPACE}(${why}; was${SPACE}` : isMask ? `${SPACE}(may be looked at)` : `${SPACE}(was${SPACE}`}
        </mtext>
        {(isHidden || !isMask) && (
          <>
            <Live value={before} />
            <mtext>)</mtext>
          </>
        )}
      </>
    ),
  };
}
