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

/** A film is a run of the service: while somebody types or slides, none is begun. */
const QUIET_MS = 300;

export const film = signal<Film | undefined>(undefined);
const shownStep = computed(() => film.value?.player.value.at ?? 0);
let ofQuestion: string | undefined;
let opening: ReturnType<typeof setTimeout> | undefined;
/** A film that is about to be replaced has other steps than the state is about. */
const isOfState = () => question.peek() === ofQuestion;

effect(() => {
  const asked = question.value;
  const isSeen = isLookedAt.value;
  clearTimeout(opening);
  if (isSeen && asked === ofQuestion) return;
  untracked(() => film.value?.pause());
  if (!isSeen) return;
  // The first is waited for, and nothing was typed yet.
  const wait = film.peek() === undefined ? 0 : QUIET_MS;
  opening = setTimeout(() => {
    ofQuestion = asked;
    untracked(reopen);
  }, wait);
});

effect(() => film.value?.speed(speed.value));

effect(() => {
  const one = film.value;
  const wanted = wantedStep.value;
  untracked(() => {
    const { at, wanted: awaited } = one?.player.value ?? { at: 0 };
    if (isOfState() && wanted !== (awaited ?? at)) one?.show(wanted);
  });
});

effect(() => {
  const at = shownStep.value;
  untracked(() => {
    if (isOfState() && at > 0 && at !== wantedStep.value && isLookedAt.value) adjust('film', { step: at });
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
