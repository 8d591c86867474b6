/** The softmax of a row, and the values mixed by it. */
import type { FormulaParts, Setting } from './formula-parts.ts';
import { Exp, Live, Op, Sum, Var } from './math.tsx';
import { SPACE, scoreSymbol, scoresBefore } from './score-formulas.tsx';
import { Terms } from './terms.tsx';

export function softmax(setting: Setting, both: string): FormulaParts {
  const { cell, numbers } = setting;
  const name = scoresBefore(setting, 'pattern');
  const symbol = scoreSymbol(setting, name);
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
            <Var name={symbol} of="ij" />
            <Op is="−" />
            <mtext>max</mtext>
          </Exp>
          <Sum over="j">
            <Exp>
              <Var name={symbol} of="ij" />
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
        {seesNothing && <mtext>{`${SPACE}(this row sees nothing)`}</mtext>}
      </>
    ),
  };
}

/** The first number of the output: the first numbers of the values, by weight; of tiles, what was added up by its sum. */
export function mixed({ scene: { queries, plan, keys }, cell, numbers }: Setting): FormulaParts {
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
