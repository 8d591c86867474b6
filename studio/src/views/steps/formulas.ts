/** The formula of a step, and the same with the numbers of the cell that is looked at. */
import type { FormulaParts, Setting } from './formula-parts.ts';
import { changedScore, product, scaledScore, scoresBefore, vector } from './score-formulas.tsx';
import { tileFormulaOf } from './tile-formulas.tsx';
import { mixed, softmax } from './weight-formulas.tsx';

export function formulaOf(setting: Setting): FormulaParts {
  const { scene, cell, numbers } = setting;
  const { name } = scene.frame;
  const both = `${scene.queries[cell.query]}, ${scene.keys[cell.key]}`;
  const at = (step: typeof name) => numbers.cell(step, cell.query, cell.key);
  switch (name) {
    case 'q':
    case 'k':
    case 'v':
      return vector(setting);
    case 'attn_scores':
      return product(setting);
    case 'scaled':
      return scaledScore(setting);
    case 'softcapped':
    case 'biased':
    case 'masked':
      return changedScore(setting, at(name), at(scoresBefore(setting, name)), both);
    case 'pattern':
      return softmax(setting, both);
    case 'z':
    case 'result':
      return mixed(setting);
    default:
      return tileFormulaOf(setting);
  }
}
