/** What the numbers of an example show, each with its numbers. */
import type { JSX } from 'preact';
import type { LessonPage } from '../../ask/lesson/page.ts';
import { RELATIONS, writtenSide } from './written.ts';

export function Claims({ page }: { page: LessonPage }): JSX.Element {
  const { comparisons, parts } = page;
  return (
    <section class="claims">
      <h3 class="label">What the numbers show</h3>
      <ul>
        {comparisons.map((comparison) => (
          <li key={comparison.says}>
            <p>{comparison.says}</p>
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
