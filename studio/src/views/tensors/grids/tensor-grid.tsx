/** A tensor as cells that can be typed over: the matrix of the head that is looked at, and of a large one a part. */
import type { JSX } from 'preact';
import { first, firstAnswered } from '../../../ask/tensors/asked.ts';
import { type Entry, isLoaded } from '../../../ask/tensors/entry.ts';
import { editCell } from '../picks.ts';
import { idOfTensor } from '../places.ts';
import { entryOfRole, faultPlace, place } from '../shown.ts';
import { Cell } from './cell.tsx';
import { type Cut, cutOf, sizeOf, within } from './cut.ts';
import { moveWindow, windowOf } from './windows.ts';

interface TensorGridProps {
  entry: Entry;
  role: string;
}

export function TensorGrid({ entry, role }: TensorGridProps): JSX.Element {
  const { shape, dtype, name } = entry;
  const fault = faultPlace.value;
  const answered = firstAnswered.value;
  const isWrong = fault !== undefined && fault.is !== 'option' && fault.role === role;
  return (
    <section class="tensor" id={idOfTensor(role)} tabIndex={-1} aria-label={role} data-is-wrong={isWrong || undefined}>
      <h3>
        {role} <small>{shape.join(' × ') || 'one number'}</small>
        <small class="quiet">
          {dtype}
          {name !== '' && name !== role && `, ${name}`}
        </small>
      </h3>
      {isWrong && answered.is === 'refused' && (
        <p class="option-fault" id={`${idOfTensor(role)}-fault`}>
          {answered.problem.detail}
        </p>
      )}
      {isLoaded(entry) ? <Cells entry={entry} role={role} /> : <p class="quiet">Its numbers are still in its file.</p>}
    </section>
  );
}

/** Of what the query says, which the answer says after it. */
function queryHeads(): number {
  const shape = entryOfRole('query')?.shape ?? [];
  return shape.length < 3 ? (first.value?.heads ?? 1) : (shape.at(-3) ?? 1);
}

function Cells({ entry, role }: TensorGridProps): JSX.Element | null {
  const { shape, dtype } = entry;
  const cut = cutOf(shape, place.value, queryHeads());
  if (!isLoaded(entry)) return null;
  if (shape.includes(0)) return <p class="quiet">It has no numbers.</p>;
  const from = windowOf(role);
  const [row, column] = [within(from.row, cut.rows), within(from.column, cut.columns)];
  const rows = Array.from({ length: sizeOf(cut.rows) }, (_, i) => row + i);
  const columns = Array.from({ length: sizeOf(cut.columns) }, (_, i) => column + i);
  const fault = faultPlace.value;
  const isAt = (r: number, c: number) =>
    fault?.is === 'cell' &&
    fault.role === role &&
    [...cut.index, r, c].slice(-shape.length).join() === fault.index.join();
  return (
    <>
      {cut.index.length > 0 && <p class="about">{whichOf(cut)}</p>}
      <div class="cells">
        <table>
          <thead>
            <tr>
              <td />
              {columns.map((c) => (
                <th key={c} scope="col">
                  {c}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r}>
                <th scope="row">{r}</th>
                {columns.map((c) => {
                  const index = cut.start + r * cut.columns + c;
                  return (
                    <td key={c}>
                      <Cell
                        role={role}
                        row={r}
                        column={c}
                        value={entry.values[index]}
                        isBoolean={dtype === 'bool'}
                        isWrong={isAt(r, c)}
                        onChange={(value) => editCell(entry, index, value)}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Windows role={role} cut={cut} row={row} column={column} />
    </>
  );
}

const whichOf = ({ index }: Cut) => `${index.length > 1 ? `batch entry ${index[0]}, ` : ''}head ${index.at(-1)}`;

/** Where the part that is shown begins. */
function Windows({ role, cut, row, column }: { role: string; cut: Cut; row: number; column: number }): JSX.Element {
  return (
    <div class="windows">
      {cut.rows > sizeOf(cut.rows) && (
        <From
          label={`rows of ${role} from`}
          value={row}
          count={cut.rows}
          onChange={(at) => moveWindow(role, { row: at })}
        />
      )}
      {cut.columns > sizeOf(cut.columns) && (
        <From
          label={`columns of ${role} from`}
          value={column}
          count={cut.columns}
          onChange={(at) => moveWindow(role, { column: at })}
        />
      )}
    </div>
  );
}

interface FromProps {
  label: string;
  value: number;
  count: number;
  onChange(value: number): void;
}

function From({ label, value, count, onChange }: FromProps): JSX.Element {
  const most = count - sizeOf(count);
  return (
    <label class="field">
      <span class="label">
        {label}, 0 to {most}
      </span>
      <input
        type="number"
        min={0}
        max={most}
        step={1}
        value={value}
        onInput={({ currentTarget }) => {
          if (currentTarget.validity.valid && currentTarget.value !== '') onChange(Number(currentTarget.value));
        }}
      />
    </label>
  );
}
