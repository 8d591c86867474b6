/** Leads the focus to what the service finds fault with. */
import { firstAnswered } from '../../ask/tensors/asked.ts';
import { toSee } from './grids/cut.ts';
import { moveWindow, windowOf } from './grids/windows.ts';
import { choosePlace } from './picks.ts';
import { type FaultPlace, idOfCell, idOfOption, idOfTensor } from './places.ts';
import { entryOfRole, faultPlace, place } from './shown.ts';

export function focusFault(): void {
  const fault = faultPlace.peek();
  if (fault === undefined || firstAnswered.peek().is !== 'refused') return;
  if (fault.is === 'cell') bringInSight(fault);
  // What was moved into sight is there once the page is drawn.
  requestAnimationFrame(() =>
    idsOf(fault)
      .map((id) => document.getElementById(id))
      .find((one) => one !== null)
      ?.focus(),
  );
}

/** The nearest there is: an option that is missing in another has the other. */
function idsOf(fault: FaultPlace): string[] {
  if (fault.is === 'option') {
    const names = fault.path.split('.');
    const options = names.map((_, i) => idOfOption('option', names.slice(0, names.length - i).join('.')));
    // What has no control is a tensor that is missing.
    return [...options, 'paste'];
  }
  if (fault.is === 'tensor') return [idOfTensor(fault.role)];
  const [row, column] = fault.index.length === 1 ? [0, fault.index[0]] : fault.index.slice(-2);
  return [idOfCell(fault.role, row, column), idOfTensor(fault.role)];
}

/** Of a cell the head, and the part of the matrix. */
function bringInSight({ role, index }: Extract<FaultPlace, { is: 'cell' }>): void {
  const shape = entryOfRole(role)?.shape ?? [];
  const outer = index.slice(0, -2);
  if (outer.length > 0) {
    const heads = shape.at(-3) ?? 1;
    const queryHeads = entryOfRole('query')?.shape.at(-3) ?? heads;
    const group = Math.max(1, Math.floor(queryHeads / Math.max(1, heads)));
    choosePlace({
      batch: outer.length > 1 ? outer[0] : place.peek().batch,
      head: (outer.at(-1) ?? 0) * group,
      cell: undefined,
    });
  }
  const [row, column] = index.length === 1 ? [0, index[0]] : index.slice(-2);
  const from = windowOf(role);
  moveWindow(role, {
    row: toSee(from.row, row, index.length === 1 ? 1 : (shape.at(-2) ?? 1)),
    column: toSee(from.column, column, shape.at(-1) ?? 1),
  });
}
