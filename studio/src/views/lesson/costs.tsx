/** What both readers give and take, for each text: reach, steps, arithmetic and time. */
import type { JSX } from 'preact';
import type { BothWays } from '../../ask/lesson/page.ts';
import { exactly } from './written.ts';

type OneWay = BothWays['attention'];

const MEASURES: readonly { title: string; of(way: OneWay): string }[] = [
  { title: 'arrives', of: ({ reach }) => exactly(reach) },
  { title: 'steps that wait', of: ({ dependent_steps }) => exactly(dependent_steps) },
  { title: 'multiplications', of: ({ multiplications }) => exactly(multiplications) },
  { title: 'ms, measured now', of: ({ ms }) => String(ms) },
];

export function Costs({ readings, chosen }: { readings: readonly BothWays[]; chosen: string }): JSX.Element {
  const [{ from, to }] = readings;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what does not fit on a phone is scrolled, by the keyboard too.
    <section class="costs" tabIndex={0} aria-label="Both ways of reading in numbers">
      <table>
        <caption>
          From “{from.text}” to “{to.text}”, by attention and one by one
        </caption>
        <thead>
          <tr>
            <td />
            {MEASURES.map(({ title }) => (
              <th key={title} scope="colgroup" colspan={2}>
                {title}
              </th>
            ))}
          </tr>
          <tr>
            <td />
            {MEASURES.flatMap(({ title }) => [
              <th key={`${title} a`} scope="col" class="of-attention">
                attention
              </th>,
              <th key={`${title} s`} scope="col" class="of-sequential">
                one by one
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {readings.map(({ request, distance, attention, sequential }) => (
            <tr key={request}>
              <th scope="row" aria-current={request === chosen ? 'true' : undefined}>
                {distance} words
              </th>
              {MEASURES.flatMap(({ title, of }) => [
                <td key={`${title} a`}>{of(attention)}</td>,
                <td key={`${title} s`}>{of(sequential)}</td>,
              ])}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
