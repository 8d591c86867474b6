/** The tensors: what goes in, as cells; the pattern and the output of a head, one request's or two requests'. */
import type { JSX } from 'preact';
import {
  areElsewhere,
  entries,
  first,
  firstAnswered,
  form,
  formAnswered,
  secondAnswered,
} from '../../ask/tensors/asked.ts';
import { useWidth } from '../../controls/size.ts';
import { state } from '../../state/here.ts';
import type { Against } from '../../state/state.ts';
import { Live } from '../live.tsx';
import { Notice } from '../notice.tsx';
import { TensorGrid } from './grids/tensor-grid.tsx';
import { Pictures } from './pictures.tsx';
import { saidOfShown } from './said.ts';
import { faultPlace, intakeFault } from './shown.ts';
import { TensorTables } from './tables.tsx';
import { focusFault } from './to-fault.ts';
import { remedyOf } from './told.ts';

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} class="stage-inner tensors">
      {intakeFault.value !== undefined && (
        <div class="notice is-refused" role="alert">
          {intakeFault.value}
        </div>
      )}
      {areElsewhere.value && (
        <p class="notice">The tensors of this link are on the page of whoever made it; here is an example instead.</p>
      )}
      {form.value === undefined && <Notice answered={formAnswered.value} idle="" />}
      <Notice answered={firstAnswered.value} idle="" remedy={remedyOf} />
      {faultPlace.value !== undefined && (
        <button type="button" class="button" onClick={focusFault}>
          Go to it
        </button>
      )}
      <section class="goes-in off-stage" aria-labelledby="goes-in">
        <h2 class="label" id="goes-in">
          What goes in: type over a number
        </h2>
        <div class="grids">
          {entries.value.map(
            (entry) => entry.role !== undefined && <TensorGrid key={entry.role} entry={entry} role={entry.role} />,
          )}
        </div>
      </section>
      {state.value.against !== undefined && secondAnswered.value.is !== 'answered' && (
        <section aria-label="The second request">
          <Notice answered={secondAnswered.value} idle={whyNoSecond(state.value.against)} remedy={remedyOf} />
        </section>
      )}
      {width > 0 && first.value !== undefined && <Pictures answer={first.value} width={width} />}
      <Live said={saidOfShown} />
      <TensorTables />
    </div>
  );
}

function whyNoSecond(against: Against): string {
  if ('option' in against) return '';
  if (against.tensor === '') return `Open the other ${against.role}: its pattern comes to stand beside this one.`;
  return `The other ${against.role} of this link is on the page of whoever made it: open it here.`;
}
