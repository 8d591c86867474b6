/** The arithmetic of a weight as lines with live numbers, from the score to the weight. */
import { MINUS_INFINITY, plain } from '../../../pictures/figures.ts';
import type { Arithmetic, Hidden } from './arithmetic.ts';

interface Line {
  does: string;
  result: string;
  /** With the live numbers, or why. */
  formula: string;
}

const WHY: Record<Hidden, string> = {
  itself: 'no word looks at itself',
  later: 'it comes later (causal)',
};

export function linesOf(worked: Arithmetic & { temperature: number }): Line[] {
  const { products, score, scaled, bias, hidden, logit, max, exponential, sum, weight, temperature } = worked;
  const lines: Line[] = [
    { does: 'q · k', result: plain(score), formula: `the sum of ${products.length} products` },
    { does: '÷ temperature', result: plain(scaled), formula: `${plain(score)} ÷ ${temperature} = ${plain(scaled)}` },
  ];
  if (bias !== undefined) {
    const formula = `${plain(scaled)} ${bias < 0 ? '−' : '+'} ${plain(Math.abs(bias))} = ${plain(scaled + bias)}`;
    lines.push({ does: 'distance (ALiBi)', result: plain(scaled + bias), formula });
  }
  if (hidden !== undefined) lines.push({ does: 'hidden', result: MINUS_INFINITY, formula: WHY[hidden] });
  if (max === Number.NEGATIVE_INFINITY) {
    lines.push({ does: 'weight', result: plain(weight), formula: 'all that it could read is hidden' });
    return lines;
  }
  const power = `e^(${plain(logit)} − ${max < 0 ? `(${plain(max)})` : plain(max)})`;
  lines.push(
    { does: 'e^(x − max)', result: plain(exponential), formula: `${power} = ${plain(exponential)}` },
    {
      does: '÷ sum of the row',
      result: plain(weight),
      formula: `${plain(exponential)} ÷ ${plain(sum)} = ${plain(weight)}`,
    },
  );
  return lines;
}
