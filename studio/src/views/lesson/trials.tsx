/** The numbers of a page that can be changed, and the way back to the example's own. */
import type { JSX } from 'preact';
import { tried } from '../../ask/lesson/lesson.ts';
import type { LessonPage } from '../../ask/lesson/page.ts';
import { trialsOf } from '../../ask/lesson/trials.ts';
import { Slider } from '../../controls/slider.tsx';
import { adjust, go, state } from '../../state/here.ts';
import { Notice } from '../notice.tsx';

export function Trials({ page }: { page: LessonPage }): JSX.Element | null {
  const trials = trialsOf(page.name);
  if (trials.length === 0) return null;
  const changed = state.value.tried;
  return (
    <section class="trials off-stage" aria-label="Try it">
      <p class="task">
        <span class="part-title">Try it.</span> {trials.map(({ task }) => task).join(' ')}
      </p>
      <div class="trial-sliders">
        {trials.map((trial) => {
          const request = page.requests.find(({ name }) => name === trial.request);
          if (request === undefined) return null;
          const own = trial.own(request);
          const value = changed[trial.name] ?? own;
          return (
            <div key={trial.name} class="trial">
              <Slider
                label={
                  page.requests.length > 1 ? `${trial.label} (${trial.request.replaceAll('_', ' ')})` : trial.label
                }
                hint={trial.hint(value)}
                value={value}
                least={trial.least}
                most={trial.most}
                isLinear={trial.isLinear}
                onSlide={(next) =>
                  adjust(`trial ${trial.name}`, { tried: { ...state.value.tried, [trial.name]: next } })
                }
              />
            </div>
          );
        })}
      </div>
      <button
        type="button"
        class="quiet-button"
        disabled={!trials.some(({ name }) => name in changed)}
        onClick={() =>
          go({
            tried: Object.fromEntries(
              Object.entries(changed).filter(([name]) => trials.every((one) => one.name !== name)),
            ),
          })
        }
      >
        Back to the example’s own
      </button>
      <Notice answered={tried.value} idle="" />
    </section>
  );
}
