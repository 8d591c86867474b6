import type { Floats } from '../../tensor/tensor.ts';

/** What counts as the same: |given − right| ≤ atol + rtol·|right|, as torch.testing.assert_close has it. */
export interface Tolerance {
  rtol: number;
  atol: number;
}

/** How far numbers are from what is right; a figure beyond the range of float64 is its largest number. */
export interface ErrorFigures {
  compared: number;
  /** The share of numbers beyond the tolerance; what is no number is beyond it. */
  beyondTolerance: number;
  maxAbsolute: number;
  meanAbsolute: number;
  /** Of numbers whose right value is not 0. */
  maxRelative: number;
  meanRelative: number;
  rootMeanSquare: number;
  /** Pearson's; none where one side does not vary. */
  correlation: number | undefined;
  /** Of rows whose numbers are not all 0, and whose squares float64 can hold. */
  cosine: { min: number; mean: number } | undefined;
  /** Numbers that are NaN or infinite where the right ones are not, which are in none of the figures above but the share. */
  nan: number;
  infinite: number;
  /** Whether all given numbers are 0. */
  isAllZero: boolean;
}

/** Squares and quotients of numbers of float64 may be beyond its range. */
export function inRange(figure: number): number {
  return Math.min(figure, Number.MAX_VALUE);
}

export function isBeyond(given: number, right: number, { rtol, atol }: Tolerance): boolean {
  return !(Math.abs(given - right) <= atol + rtol * Math.abs(right)) && !Object.is(given, right);
}

/** How many numbers of a row are beyond the tolerance. */
export function beyondCount(given: Floats, start: number, right: ArrayLike<number>, tolerance: Tolerance): number {
  let count = 0;
  for (let x = 0; x < right.length; x++) if (isBeyond(given[start + x], right[x], tolerance)) count++;
  return count;
}

/** Sums of a comparison, row by row. */
export class ErrorSums {
  readonly #tolerance: Tolerance;
  #beyond = 0;
  #compared = 0;
  #finite = 0;
  #nan = 0;
  #infinite = 0;
  #zeros = 0;
  readonly #absolute = { max: 0, sum: 0, squares: 0 };
  readonly #relative = { max: 0, sum: 0, count: 0 };
  readonly #moments = { given: 0, right: 0, given2: 0, right2: 0, product: 0 };
  readonly #cosine = { min: 1, sum: 0, rows: 0 };

  constructor(tolerance: Tolerance) {
    this.#tolerance = tolerance;
  }

  /** @param right numbers of the row; those that were given begin at `start` */
  addRow(given: Floats, start: number, right: ArrayLike<number>): void {
    let [dot, own, other] = [0, 0, 0];
    for (let x = 0; x < right.length; x++) {
      const [a, b] = [given[start + x], right[x]];
      this.#compared++;
      if (a === 0) this.#zeros++;
      if (isBeyond(a, b, this.#tolerance)) this.#beyond++;
      if (Number.isFinite(a) && Number.isFinite(b)) {
        this.#add(a, b);
        dot += a * b;
        own += a * a;
        other += b * b;
      } else if (Number.isNaN(a)) this.#nan++;
      else if (!Object.is(a, b)) this.#infinite++;
    }
    const cosine = dot / (Math.sqrt(own) * Math.sqrt(other));
    if (own === 0 || other === 0 || !Number.isFinite(own + other)) return;
    this.#cosine.min = Math.min(this.#cosine.min, cosine);
    this.#cosine.sum += cosine;
    this.#cosine.rows++;
  }

  #add(a: number, b: number): void {
    this.#finite++;
    const off = Math.abs(a - b);
    this.#absolute.max = Math.max(this.#absolute.max, off);
    this.#absolute.sum += off;
    this.#absolute.squares += off * off;
    if (b !== 0) {
      this.#relative.max = Math.max(this.#relative.max, off / Math.abs(b));
      this.#relative.sum += off / Math.abs(b);
      this.#relative.count++;
    }
    this.#moments.given += a;
    this.#moments.right += b;
    this.#moments.given2 += a * a;
    this.#moments.right2 += b * b;
    this.#moments.product += a * b;
  }

  figures(): ErrorFigures {
    const n = Math.max(1, this.#finite);
    const { max, sum, squares } = this.#absolute;
    const { rows } = this.#cosine;
    return {
      compared: this.#compared,
      beyondTolerance: this.#beyond / Math.max(1, this.#compared),
      maxAbsolute: inRange(max),
      meanAbsolute: inRange(sum / n),
      maxRelative: inRange(this.#relative.max),
      meanRelative: inRange(this.#relative.sum / Math.max(1, this.#relative.count)),
      rootMeanSquare: inRange(Math.sqrt(squares / n)),
      correlation: this.#correlation(n),
      cosine: rows === 0 ? undefined : { min: this.#cosine.min, mean: this.#cosine.sum / rows },
      nan: this.#nan,
      infinite: this.#infinite,
      isAllZero: this.#zeros === this.#compared,
    };
  }

  #correlation(n: number): number | undefined {
    const { given, right, given2, right2, product } = this.#moments;
    const spread = (given2 - (given * given) / n) * (right2 - (right * right) / n);
    return spread > 0 && Number.isFinite(spread) ? (product - (given * right) / n) / Math.sqrt(spread) : undefined;
  }
}
