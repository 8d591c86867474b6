/** The row that is lit, in numbers: the steps that led to its weights. */
import type { JSX } from 'preact';
import type { FocusSteps, Part, TensorPart, TextPart } from '../../ask/lesson/part.ts';
import type { Head } from '../../ask/reading.ts';
import { long } from '../../pictures/figures.ts';
import { ranked, reach } from '../../pictures/grid.ts';
import { HEAD_TITLES } from '../sentence/layers.ts';
import { inspected, litRow, rowsOf, shownPage } from './shown.ts';

/** More rows than fit beside the picture. */
const MOST_RANKED = 12;
const MOST_OF_SEVERAL = 5;
/** Less is 0.0000. */
const LEAST = 5e-5;

export function Inspector(): JSX.Element {
  const part = inspected.value;
  const open = shownPage.value;
  if (part === undefined || open === undefined) return <p class="quiet">…</p>;
  const row = litRow(part);
  return (
    <>
      <section>
        <p class="label">
          {open.parts.length > 1 && `${part.title}: `}what “{rowsOf(part)[row]}” looks at
        </p>
        {part.is === 'text' ? <TextRow part={part} row={row} /> : <TensorRows part={part} row={row} />}
      </section>
      <Spread part={part} row={row} />
      <Against part={part} own={open.parts.find(({ name }) => name === part.name)} row={row} />
    </>
  );
}

function TextRow({ part, row }: { part: TextPart; row: number }): JSX.Element {
  const { reading, steps } = part;
  if (steps?.row === row) return <Steps steps={steps} temperature={part.temperature} />;
  return (
    <>
      {reading.heads.map((head) => (
        <HeadRow key={head.name} head={head} keys={reading.keys} row={row} isOne={reading.heads.length === 1} />
      ))}
    </>
  );
}

interface HeadRowProps {
  head: Head;
  keys: readonly string[];
  row: number;
  isOne: boolean;
}

/** What is left out adds up to less than the last decimal, or is more than can be read. */
function HeadRow({ head, keys, row, isOne }: HeadRowProps): JSX.Element {
  const weights = reach(head.weights, 'row', row);
  return (
    <Rows
      columns={[isOne ? 'weight' : HEAD_TITLES[head.name]]}
      rows={ranked(weights, isOne ? MOST_RANKED : MOST_OF_SEVERAL)
        .filter((key) => weights[key] >= LEAST)
        .map((key) => ({ name: keys[key], numbers: [weights[key]] }))}
    />
  );
}

function Steps({ steps, temperature }: { steps: FocusSteps; temperature: number }): JSX.Element {
  return (
    <>
      <Rows
        columns={['score', `÷ ${Number(temperature.toPrecision(3))}`, 'weight']}
        rows={steps.words
          .slice(0, MOST_RANKED)
          .map(({ text, score, scaled, weight }) => ({ name: text, numbers: [score, scaled, weight] }))}
      />
      <p class="about">
        weight = e^(scaled − {long(steps.max)}) ÷ {long(steps.sum)}, the sum of these over all words.
      </p>
    </>
  );
}

function TensorRows({ part, row }: { part: TensorPart; row: number }): JSX.Element {
  return (
    <>
      {part.heads.map(({ title, scores, weights }, i) => {
        const own = scores && reach(scores, 'row', row);
        const exps = own?.map(Math.exp);
        return (
          <div key={title ?? i} class="head-row">
            {title !== undefined && <p class="label">{title}</p>}
            <Rows
              columns={exps ? ['score', 'e^score', 'weight'] : ['weight']}
              rows={Array.from(reach(weights, 'row', row), (weight, key) => ({
                name: part.keys[key],
                numbers: own && exps ? [own[key], exps[key], weight] : [weight],
              }))}
            />
            {exps && (
              <p class="about">weight = e^score ÷ {long(exps.reduce((sum, one) => sum + one, 0))}, their sum.</p>
            )}
          </div>
        );
      })}
    </>
  );
}

function Rows({
  columns,
  rows,
}: {
  columns: readonly string[];
  rows: readonly { name: string; numbers: readonly number[] }[];
}): JSX.Element {
  return (
    <table class="steps">
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, numbers }, i) => (
          <tr key={`${i} ${name}`}>
            <th scope="row">{name}</th>
            {numbers.map((number, k) => (
              <td key={columns[k]}>{long(number)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Over how much the light is spread. */
function Spread({ part, row }: { part: Part; row: number }): JSX.Element | null {
  if (part.is === 'text' && part.reading.heads.length > 1) return null;
  const spreads = part.is === 'text' ? [{ title: undefined, ...part.reading.heads[0].statistics }] : part.heads;
  return (
    <section>
      {spreads.map(({ title, entropy, effectiveKeys }, i) =>
        entropy === undefined || effectiveKeys === undefined ? null : (
          <dl key={title ?? i} class="head-row">
            {title !== undefined && <p class="label">{title}</p>}
            <div>
              <dt>entropy</dt>
              <dd>{entropy[row].toFixed(4)} nat</dd>
            </div>
            <div>
              <dt>as if it read</dt>
              <dd>
                {effectiveKeys[row].toFixed(2)} {part.is === 'text' ? 'words' : 'keys'}
              </dd>
            </div>
          </dl>
        ),
      )}
    </section>
  );
}

/** Where something was changed: the weights beside those of the example. */
function Against({ part, own, row }: { part: Part; own: Part | undefined; row: number }): JSX.Element | null {
  if (own === undefined || own === part) return null;
  const [now, before] = [part, own].map((one) =>
    reach((one.is === 'text' ? one.reading.heads : one.heads)[0].weights, 'row', row),
  );
  const keys = part.is === 'text' ? part.reading.keys : part.keys;
  return (
    <section>
      <p class="label">weights beside the example’s own</p>
      <Rows
        columns={['now', 'example']}
        rows={ranked(before, MOST_RANKED).map((key) => ({ name: keys[key], numbers: [now[key], before[key]] }))}
      />
    </section>
  );
}
