/** The pattern and the output of a head as pictures: of one request, or of two with what is between them. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Answer } from '../../ask/tensors/answer.ts';
import type { Pair } from '../../state/state.ts';
import { HeadInputs } from '../patterns/head-inputs.tsx';
import { Pattern, PatternRow, widthOfEach } from '../patterns/pattern.tsx';
import { choosePlace, openInMatrix, pickCell, pickOutput } from './picks.ts';
import { pictured, type Titled } from './pictured.ts';
import { cell, outputCell, outputs, patterns, place, pointedCell, pointedOutput, words } from './shown.ts';

export function Pictures({ answer, width }: { answer: Answer; width: number }): JSX.Element {
  const { batch, heads } = answer;
  const { queries, keys, columns } = words.value;
  const weights = useMemo(() => pictured('weights', patterns.value), [patterns.value]);
  const output = useMemo(() => pictured('output', outputs.value), [outputs.value]);
  const outputAt = outputCell.value ?? rowOnly(cell.value);
  return (
    <>
      <section class="patterns" data-picture aria-labelledby="pattern">
        <h2 class="label" id="pattern">
          The pattern: which key each query reads
        </h2>
        {batch * heads > 1 && <HeadInputs counts={{ batch, heads }} place={place.value} onChange={choosePlace} />}
        {weights.length === 0 && (
          <p class="about">
            The patterns of all heads are too many numbers to be looked at as a whole; Matrix shows them by parts.
          </p>
        )}
        <Row
          kind="weights"
          all={weights}
          words={{ queries, keys }}
          width={width}
          cell={cell.value}
          onPoint={(at) => {
            pointedCell.value = at;
          }}
          onPick={pickCell}
        />
        <button type="button" class="button off-stage" onClick={() => void openInMatrix()}>
          Open in Matrix
        </button>
      </section>
      <section class="patterns" data-picture aria-labelledby="output">
        <h2 class="label" id="output">
          The output: a row of weights times the values
        </h2>
        <Row
          kind="output"
          all={output}
          words={{ queries, keys: columns }}
          width={width}
          cell={outputAt}
          onPoint={(at) => {
            pointedOutput.value = at;
          }}
          onPick={pickOutput}
        />
      </section>
      {output.length === 2 && <p class="about">The two outputs have other shapes, so nothing is between them.</p>}
    </>
  );
}

/** The row of a query that is looked at is lit in the output as well. */
const rowOnly = (at: Pair | undefined) => at && { query: at.query, key: undefined };

interface RowProps {
  kind: string;
  all: readonly Titled[];
  words: { queries: readonly string[]; keys: readonly string[] };
  width: number;
  cell: { query: number; key: number | undefined } | undefined;
  onPoint(cell: Pair | undefined): void;
  onPick(cell: Pair): void;
}

function Row({ kind, all, width, ...shared }: RowProps): JSX.Element {
  return (
    <PatternRow width={width}>
      {all.map(({ name, title, sheet, hasHidden }) => (
        <Pattern
          key={name}
          id={`${kind}-${name}`}
          title={title}
          label={`${kind === 'weights' ? 'Pattern' : 'Output'}, ${title}`}
          sheet={sheet}
          hasHidden={hasHidden}
          width={widthOfEach(width, all.length)}
          {...shared}
        />
      ))}
    </PatternRow>
  );
}
