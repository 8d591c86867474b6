/** A matrix of weights with its words, as a part of a figure. */
import type { Part } from './figure.ts';
import { LABEL_SIZE, type MatrixSetting, type MatrixSides, matrix, matrixSides, planMatrix } from './matrix.ts';
import type { Measure } from './word-line.ts';

/** As wide as in every file, whatever the window is. */
const WIDTH = 560;

export function matrixPart(
  given: Pick<MatrixSetting, 'grid' | 'paint' | 'rowWords' | 'columnWords' | 'isHidden'>,
  sides: MatrixSides,
  measure: Measure,
  width = WIDTH,
): Part {
  const widest = (words: readonly string[]) => Math.max(0, ...words.map((word) => measure(word, LABEL_SIZE)));
  const setting = { ...given, width, unit: 1, measure: widest };
  const plan = planMatrix(setting);
  return {
    width: plan.width,
    height: plan.height,
    marks: [...matrix(setting, plan), ...matrixSides(setting, plan, sides)],
  };
}
