/** What the numbers of an example show, each with its numbers. */
import type { JSX } from 'preact';
import type { Comparison, LessonPage } from '../../ask/lesson/page.ts';
import { rowOfPointer } from '../../ask/lesson/page.ts';
import type { Part } from '../../ask/lesson/part.ts';
import { pick, point } from './shown.ts';
import { RELATIONS, writtenSide } from './written.ts';

export function Claims({ page }: { page: LessonPage }): JSX.Element {
  const { comparisons, parts } = page;
  return (
    <section class="claims">
      <h3 class="label">What the numbers show</h3>
      <ul>
        {comparisons.map((comparison) => (
          <li key={comparison.says}>
            <Says comparison={comparison} parts={parts} />
            <p class="compared" title={`${comparison.left.request} ${comparison.left.pointer}`}>
              <span class="figures">
                {writtenSide(comparison, 'left', parts)} {RELATIONS[comparison.relation]}{' '}
                {writtenSide(comparison, 'right', parts)}
              </span>
              <span class={comparison.holds ? 'holds' : 'holds not'}>
                {comparison.holds ? 'holds' : 'does not hold here'}
              </span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is said of a row lights it. */
function Says({ comparison, parts }: { comparison: Comparison; parts: readonly Part[] }): JSX.Element {
  const { says, left } = comparison;
  const part = parts.find(({ name }) => name === left.request);
  const row = rowOfPointer(left.pointer);
  if (part?.is !== 'text' || row === undefined) return <p>{says}</p>;
  return (
    <p>
      <button
        type="button"
        class="says"
        onClick={() => pick(part, row)}
        onPointerEnter={(event) => event.pointerType === 'mouse' && point(part, row)}
        onPointerLeave={() => point(part, undefined)}
      >
        {says}
      </button>
    </p>
  );
}
