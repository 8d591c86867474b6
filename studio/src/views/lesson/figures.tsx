/** The pictures of a page: one for each request, side by side where they fit. */
import type { JSX } from 'preact';
import { shownParts } from '../../ask/lesson/lesson.ts';
import type { LessonPage } from '../../ask/lesson/page.ts';
import type { Part } from '../../ask/lesson/part.ts';
import { unit } from '../../controls/size.ts';
import { isOnStage } from '../on-stage/on-stage.ts';
import { Readers } from './readers.tsx';
import { rowsOf } from './shown.ts';
import { haveSameInputs, TensorFigure, TensorFigures } from './tensor-figure.tsx';
import { TextFigure } from './text-figure.tsx';

const GAP = 32;
/** Pictures of so few words stand side by side from this width on. */
const FEW = 8;
const WIDE = 560;

export function Figures({ page, width }: { page: LessonPage; width: number }): JSX.Element {
  const parts = shownParts.value;
  if (page.sequential !== undefined) return <Readers page={page} sequential={page.sequential} width={width} />;
  const tensors = parts.filter((part) => part.is === 'tensors');
  if (tensors.length === parts.length && haveSameInputs(tensors)) {
    return (
      <div class="figures-row">
        <TensorFigures parts={tensors} />
      </div>
    );
  }
  const isBeside = parts.length > 1 && !isOnStage.value && width >= WIDE * unit.value && parts.every(isShort);
  const own = isBeside ? Math.floor((width - GAP * unit.value) / 2) : width;
  return (
    <div class="figures-row">
      {parts.map((part) =>
        part.is === 'text' ? (
          <TextFigure key={part.name} part={part} width={own} isAlone={parts.length === 1} />
        ) : (
          <TensorFigure key={part.name} part={part} />
        ),
      )}
    </div>
  );
}

const isShort = (part: Part) => part.is === 'text' && rowsOf(part).length <= FEW;
