/** The diagnosis: whether the output is right, where it is not, why, and the two patterns. */
import type { JSX } from 'preact';
import { diagnosed, diagnosis } from '../../ask/diagnose/diagnosed.ts';
import { useWidth } from '../../controls/size.ts';
import { Live } from '../live.tsx';
import { Notice } from '../notice.tsx';
import { Causes } from './causes.tsx';
import { ErrorMap } from './error-map.tsx';
import { PatternSection } from './pattern-section.tsx';
import { cell, fault, map, pointedPart, strips, words } from './shown.ts';
import { DiagnosisTables } from './tables.tsx';
import { leadOf, namesOf, partOf, remedyOf, saidOfCell, saidOfPart, VERDICTS } from './told.ts';

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} class="stage-inner diagnosis">
      {fault.value !== undefined && (
        <div class="notice is-refused" role="alert">
          {fault.value}
        </div>
      )}
      <Notice answered={diagnosed.value} idle="" remedy={remedyOf} />
      <Verdict />
      {width > 0 && <Causes />}
      {width > 0 && <ErrorMap width={width} />}
      {width > 0 && <PatternSection width={width} />}
      <Live said={saidNow} />
      <DiagnosisTables />
    </div>
  );
}

function Verdict(): JSX.Element | null {
  const here = diagnosis.value;
  if (here === undefined) return null;
  const { sign, title } = VERDICTS[here.verdict];
  const [cause] = here.causes;
  return (
    <header class={`verdict is-${here.verdict}`}>
      <h2>
        <span class="sign" aria-hidden="true">
          {sign}
        </span>{' '}
        {title}
        {cause !== undefined && <span class="of-cause">: {namesOf(cause.names)}</span>}
      </h2>
      <p class="lead off-stage">{leadOf(here.summary)}</p>
    </header>
  );
}

function saidNow(): string {
  const [here, errors, pointed] = [diagnosis.value, map.value, pointedPart.value];
  if (here === undefined || errors === undefined) return '';
  const part = pointed && partOf(pointed, here, { map: errors, strips: strips.value });
  if (part !== undefined) return saidOfPart(part);
  return cell.value === undefined ? here.summary : saidOfCell(cell.value, words.value);
}
