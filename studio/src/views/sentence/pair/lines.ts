/** The arithmetic of a weight as lines with live numbers, from the score to the weight. */
import { MINUS_INFINITY, plain } from '../../../pictures/figures.ts';
import type { Arithmetic, Hidden } from './arithmetic.ts';

export interface Line {
  /** What is done, in words. */
  does: string;
  formula: string;
  result: string;
}

const WHY: Record<Hidden, string> = {
  itself: 'hidden: no word looks at itself',
  later: 'hidden: it comes later (causal)',
};

export function linesOf(worked: Arithmetic & { temperature: number }): Line[] {
  const { products, score, scaled, bias, hidden, logit, max, exponential, sum, weight, temperature } = worked;
  const lines: Line[] = [
    { does: 'score: the sum of the products', formula: `q · k, ${products.length} numbers`, result: plain(score) },
    { does: 'divided by the temperature', formula: `${plain(score)} ÷ ${temperature}`, result: plain(scaled) },
  ];
  if (bias !== undefined) {
    const formula = `${plain(scaled)} ${bias < 0 ? '−' : '+'} ${plain(Math.abs(bias))}`;
    lines.push({ does: 'less for distance (ALiBi)', formula, result: plain(scaled + bias) });
  }
  if (hidden !== undefined) lines.push({ does: WHY[hidden], formula: 'the mask', result: MINUS_INFINITY });
  if (max === Number.NEGATIVE_INFINITY) {
    lines.push({ does: 'softmax: this row sees nothing', formula: 'no weight at all', result: plain(weight) });
    return lines;
  }
  lines.push(
    {
      does: 'e to what it is below the largest',
      formula: `e^(${plain(logit)} − ${max < 0 ? `(${plain(max)})` : plain(max)})`,
      result: plain(exponential),
    },
    {
      does: 'weight: its part of the row’s sum',
      formula: `${plain(exponential)} ÷ ${plain(sum)}`,
      result: plain(weight),
    },
  );
  return lines;
}
