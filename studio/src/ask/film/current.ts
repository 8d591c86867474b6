/** The film of the page: opened when it is looked at, kept while the sentence is the same, at the step that the state says. */
import { computed, effect, signal, untracked } from '@preact/signals';
import { adjust, state } from '../../state/here.ts';
import { service } from '../service.ts';
import { Film } from './film.ts';
import { filmQuestion } from './film-question.ts';

/** A page that nobody sees draws nothing, and its film takes no steps. */
const drawn = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));

const isLookedAt = computed(() => state.value.view === 'steps');
/** As text, so that other changes of the state are none of the film. */
const question = computed(() => JSON.stringify(filmQuestion(state.value)));
const wantedStep = computed(() => Math.max(1, state.value.step));
const speed = computed(() => state.value.speed);

export const film = signal<Film | undefined>(undefined);
let ofQuestion: string | undefined;

effect(() => {
  const asked = question.value;
  if (!isLookedAt.value) untracked(() => film.value?.pause());
  else if (asked !== ofQuestion) {
    ofQuestion = asked;
    untracked(reopen);
  }
});

effect(() => film.value?.speed(speed.value));

effect(() => {
  const one = film.value;
  const wanted = wantedStep.value;
  untracked(() => {
    const { at, wanted: awaited } = one?.player.value ?? { at: 0 };
    if (wanted !== (awaited ?? at)) one?.show(wanted);
  });
});

effect(() => {
  const at = film.value?.player.value.at ?? 0;
  untracked(() => {
    if (at > 0 && at !== wantedStep.value && isLookedAt.value) adjust('film', { step: at });
  });
});

function reopen(): void {
  film.value?.close();
  const asked = filmQuestion(state.value);
  film.value = asked && new Film(service, asked, drawn);
}

/** Opens the same film again, after the service has refused it or a run is gone. */
export function again(): void {
  untracked(reopen);
}
