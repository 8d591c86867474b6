/** The formula of a step, and the same with the numbers of the cell that is looked at. */
import type { JSX } from 'preact';
import type { StepName } from '../../ask/film/frame.ts';
import type { Pair } from '../../state/state.ts';
import { Exp, Live, Op, Sum, Var } from './math.tsx';
import type { Numbers } from './numbers.ts';
import type { Scene } from './shown.ts';

export interface Setting {
  scene: Scene;
  cell: Pair;
  numbers: Numbers;
}

export interface FormulaParts {
  /** With letters. */
  general: JSX.Element;
  /** With numbers. */
  live: JSX.Element;
}

/** Of long sums the first terms are written out. */
const TERMS = 2;

/** What stands before the softmax: the last of these that there is. */
const SCORES: readonly StepName[] = ['masked', 'biased', 'softcapped', 'scaled', 'attn_scores'];
export const scoresBefore = ({ scene }: Pick<Setting, 'scene'>, name: StepName): StepName => {
  const there = SCORES.filter((one) => scene.plan.names.some((kind) => kind.name === one));
  const at = there.indexOf(name);
  return there[at + 1] ?? there[0] ?? 'attn_scores';
};

export function formulaOf(setting: Setting): FormulaParts {
  const { scene, cell, numbers } = setting;
  const { frame, plan } = scene;
  const [row, column] = [scene.queries[cell.query], scene.keys[cell.key]];
  const both = `${row}, ${column}`;
  const now = numbers.cell(frame.name, cell.query, cell.key);
  const earlier = (name: StepName) => numbers.cell(name, cell.query, cell.key);
  switch (frame.name) {
    case 'q':
    case 'k':
    case 'v':
      return vector(setting);
    case 'attn_scores':
      return product(setting);
    case 'scaled':
      return {
        general: (
          <>
            <Var name="s′" of="ij" />
            <Op is="=" />
            <mtext>scale</mtext>
            <Op is="·" />
            <Var name="s" of="ij" />
          </>
        ),
        live: (
          <>
            <Var name="s′" of={both} />
            <Op is="=" />
            <Live value={plan.scale} />
            <Op is="·" />
            <Live value={earlier('attn_scores')} isTerm />
            <Op is="=" />
            <Live value={now} isResult />
          </>
        ),
      };
    case 'softcapped':
    case 'biased':
    case 'masked':
      return changedScore(setting, now, earlier(scoresBefore(setting, frame.name)), both);
    case 'pattern':
      return softmax(setting, both);
    case 'z':
    case 'result':
      return mixed(setting);
    default:
      throw new Error(`${frame.name} is a step of tiles`);
  }
}

/** q, k or v of a word: its numbers. */
function vector({ scene: { frame, queries, keys }, cell, numbers }: Setting): FormulaParts {
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
function product({ scene: { queries, keys }, cell, numbers }: Setting): FormulaParts {
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
        <Terms count={query?.length ?? TERMS} left={query} right={key} />
        <Op is="=" />
        <Live value={numbers.cell('attn_scores', cell.query, cell.key)} isResult />
      </>
    ),
  };
}

function changedScore(
  { scene: { frame }, cell }: Setting,
  now: number | undefined,
  before: number | undefined,
  both: string,
): FormulaParts {
  const isHidden = now === Number.NEGATIVE_INFINITY;
  const why = cell.query === cell.key ? 'a word may not look at itself' : 'may not be looked at';
  return {
    general:
      frame.name === 'masked' ? (
        <>
          <Var name="m" of="ij" />
          <Op is="=" />
          <Var name="s′" of="ij" />
          <mtext> where i may look at j, else </mtext>
          <Live value={Number.NEGATIVE_INFINITY} />
        </>
      ) : (
        <>
          <Var name="m" of="ij" />
          <Op is="=" />
          <mtext>{frame.name === 'biased' ? 'score + bias' : 'cap · tanh(score / cap)'}</mtext>
        </>
      ),
    live: (
      <>
        <Var name="m" of={both} />
        <Op is="=" />
        <Live value={now} isResult />
        <mtext>{isHidden ? `  (${why}; was ` : frame.name === 'masked' ? '  (may be looked at)' : '  (was '}</mtext>
        {(isHidden || frame.name !== 'masked') && (
          <>
            <Live value={before} />
            <mtext>)</mtext>
          </>
        )}
      </>
    ),
  };
}

function softmax(setting: Setting, both: string): FormulaParts {
  const { cell, numbers } = setting;
  const name = scoresBefore(setting, 'pattern');
  const scores = numbers.row(name, cell.query);
  const max = scores && Math.max(...scores);
  const score = scores?.[cell.key];
  const seesNothing = max === Number.NEGATIVE_INFINITY;
  const sum = scores?.reduce((total, one) => total + Math.exp(one - (max ?? 0)), 0);
  return {
    general: (
      <>
        <Var name="p" of="ij" />
        <Op is="=" />
        <mfrac>
          <Exp>
            <Var name="m" of="ij" />
            <Op is="−" />
            <mtext>max</mtext>
          </Exp>
          <Sum over="j">
            <Exp>
              <Var name="m" of="ij" />
              <Op is="−" />
              <mtext>max</mtext>
            </Exp>
          </Sum>
        </mfrac>
      </>
    ),
    live: (
      <>
        <Var name="p" of={both} />
        <Op is="=" />
        {!seesNothing && (
          <>
            <mfrac>
              <Exp>
                <Live value={score} />
                <Op is="−" />
                <Live value={max} isTerm />
              </Exp>
              <Live value={sum} />
            </mfrac>
            <Op is="=" />
          </>
        )}
        <Live value={numbers.cell('pattern', cell.query, cell.key)} isResult />
        {seesNothing && <mtext> (this row sees nothing)</mtext>}
      </>
    ),
  };
}

/** The first number of the output: the first numbers of the values, by weight; of tiles, what was added up by its sum. */
function mixed({ scene: { queries, plan, keys }, cell, numbers }: Setting): FormulaParts {
  const [row, isTiles] = [cell.query, plan.detail === 'tile'];
  const weights = numbers.row('pattern', row);
  const firsts = Float32Array.from(keys, (_, key) => numbers.cell('v', key, 0) ?? Number.NaN);
  const hasAll = !firsts.some(Number.isNaN);
  return {
    general: isTiles ? (
      <>
        <Var name="z" of="i" />
        <Op is="=" />
        <mfrac>
          <Var name="a" of="i" />
          <Var name="ℓ" of="i" />
        </mfrac>
      </>
    ) : (
      <>
        <Var name="z" of="i" />
        <Op is="=" />
        <Sum over="j">
          <Var name="p" of="ij" />
          <Var name="v" of="j" />
        </Sum>
      </>
    ),
    live: (
      <>
        <Var name="z" of={`${queries[row]}, 1`} />
        <Op is="=" />
        {isTiles ? (
          <mfrac>
            <Live value={numbers.row('accumulator', row)?.[0]} />
            <Live value={numbers.row('running_sum', row)?.[0]} />
          </mfrac>
        ) : (
          <Terms count={keys.length} left={weights} right={hasAll ? firsts : undefined} />
        )}
        <Op is="=" />
        <Live value={numbers.cell('z', row, 0)} isResult />
      </>
    ),
  };
}

/** a·b + a·b + …: of many, the first. */
export function Terms({
  count,
  left,
  right,
}: {
  count: number;
  left: Float32Array | undefined;
  right: Float32Array | undefined;
}): JSX.Element {
  const shown = Array.from({ length: Math.min(TERMS, count) }, (_, i) => i);
  return (
    <>
      {shown.map((i) => (
        <mrow key={i}>
          {i > 0 && <Op is="+" />}
          <Live value={left?.[i]} isTerm />
          <Op is="·" />
          <Live value={right?.[i]} isTerm />
        </mrow>
      ))}
      {count > TERMS && (
        <>
          <Op is="+" />
          <mi>…</mi>
        </>
      )}
    </>
  );
}
