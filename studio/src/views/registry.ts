/** The views that there are, in the order of the bar. A view appears when it works. */
import type { ViewName } from '../state/state.ts';
import { lazyView } from './lazy-view.tsx';
import { lessonView } from './lesson/lesson-view.ts';
import { sentenceView } from './sentence/sentence-view.ts';
import { stepsView } from './steps/steps-view.ts';
import type { View } from './view.ts';

const matrixView = lazyView({ name: 'matrix', title: 'Matrix' }, async () => {
  const { matrixView } = await import('./matrix/matrix-view.ts');
  return matrixView;
});

const diagnoseView = lazyView({ name: 'diagnose', title: 'Diagnose' }, async () => {
  const { diagnoseView } = await import('./diagnose/diagnose-view.ts');
  return diagnoseView;
});
const tensorsView = lazyView({ name: 'tensors', title: 'Tensors' }, async () => {
  const { tensorsView } = await import('./tensors/tensors-view.ts');
  return tensorsView;
});

const modelView = lazyView({ name: 'model', title: 'Model' }, async () => {
  const { modelView } = await import('./model/model-view.ts');
  return modelView;
});

export const views: readonly View[] = [
  sentenceView,
  stepsView,
  matrixView,
  tensorsView,
  modelView,
  diagnoseView,
  lessonView,
];

/** A link may name a view that is not there yet. */
export const viewOf = (name: ViewName): View => views.find((view) => view.name === name) ?? views[0];
