/** The pattern and the output of one head, as numbers for pictures. */
import { type Answer, ofHead } from '../../ask/tensors/answer.ts';

export interface HeadMatrix {
  rows: number;
  columns: number;
  /** Row by row; −∞ where nothing may be seen. */
  values: Float32Array;
  hasHidden: boolean;
}

interface Place {
  batch: number;
  head: number;
}

/** Undefined where there is no such head, or no weights were asked for. */
export function patternOf(answer: Answer, { batch, head }: Place): HeadMatrix | undefined {
  const { rows, keys, weights, masked } = answer;
  if (keys === undefined || weights === undefined || !isThere(answer, { batch, head })) return undefined;
  const at = { batch, head, count: rows * keys };
  const hidden = masked && ofHead(answer, masked, at);
  const isHidden = (i: number) => hidden?.[i] === Number.NEGATIVE_INFINITY;
  const values = Float32Array.from(ofHead(answer, weights, at), (weight, i) =>
    isHidden(i) ? Number.NEGATIVE_INFINITY : weight,
  );
  return { rows, columns: keys, values, hasHidden: values.includes(Number.NEGATIVE_INFINITY) };
}

export function outputOf(answer: Answer, { batch, head }: Place): HeadMatrix | undefined {
  const { rows, width, output } = answer;
  if (!isThere(answer, { batch, head })) return undefined;
  const values = Float32Array.from(ofHead(answer, output, { batch, head, count: rows * width }));
  return { rows, columns: width, values, hasHidden: false };
}

const isThere = ({ batch, heads }: Answer, place: Place) => place.batch < batch && place.head < heads;

/** second − first, what is hidden being 0; undefined where they have not as many rows and columns. */
export function differenceOf(first: HeadMatrix, second: HeadMatrix): HeadMatrix | undefined {
  const { rows, columns } = first;
  if (second.rows !== rows || second.columns !== columns) return undefined;
  const seen = (value: number) => (value === Number.NEGATIVE_INFINITY ? 0 : value);
  const values = second.values.map((value, i) => seen(value) - seen(first.values[i]));
  return { rows, columns, values, hasHidden: false };
}
