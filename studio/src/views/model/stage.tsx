/** The pictures of the model view: all heads, the one that is picked, and all of it in words. */
import type { JSX } from 'preact';
import { attentions, place } from '../../ask/model/opened.ts';
import { overview } from '../../ask/model/overview.ts';
import { useWidth } from '../../controls/size.ts';
import { Live } from '../live.tsx';
import { HeadSection } from './head-section.tsx';
import { OverviewPicture } from './overview-picture.tsx';
import { saidOfAll } from './said.ts';
import { pictures } from './shown.ts';
import { ModelTables } from './tables.tsx';

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { layers, heads } = attentions.value;
  const left = pictures.value.length === 0 ? 0 : layers * heads - overview.value.count;
  return (
    <div ref={ref} class="stage-inner model">
      {width > 0 && <OverviewPicture width={width} />}
      <p class="about off-stage">
        As bright as the root of the weight, so that weak ones are seen.{left > 0 && ` ${left} heads are still read.`}
      </p>
      {width > 0 && <HeadSection key={place.value.batch} width={width} />}
      <Live said={saidOfAll} />
      <ModelTables />
    </div>
  );
}
