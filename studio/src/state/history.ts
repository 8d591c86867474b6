/** The state and the browser's history are one: every change is a link, and Back takes it back. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { changed, type State } from './state.ts';
import { fromFragment, toFragment } from './url.ts';

/** Browsers bound how often a page may write its address: what goes on is written no more often than this. */
const WRITE_MS = 250;
/** What is changed again after this time is another gesture; a film that plays slowly has a step in two seconds. */
const PAUSE_MS = 3000;

/** Of an entry of the history, as it is kept in it. */
function numberOf(state: unknown): number | undefined {
  const number: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'entry') : undefined;
  return typeof number === 'number' ? number : undefined;
}

/** The part of a window that is needed. */
export interface Place {
  location: Pick<Location, 'hash' | 'pathname'>;
  history: Pick<History, 'pushState' | 'replaceState' | 'state'>;
  addEventListener(type: 'popstate' | 'hashchange' | 'pagehide' | 'click', listener: () => void): void;
}

export interface StateHistory {
  state: ReadonlySignal<State>;
  /** A change that Back takes back. */
  go(change: Partial<State>): void;
  /** One of many changes of a gesture, such as a slider's or typing: Back takes all of them back at once, up to a pause. */
  adjust(gesture: string, change: Partial<State>): void;
  /** The link to the state with a change, to be followed here: with a fragment always, as without one the page is loaded anew. */
  linkTo(change: Partial<State>): string;
  /** The link to what is shown, to be given away. */
  link(): string;
}

export function followHistory({ location, history, addEventListener }: Place): StateHistory {
  const state = signal(fromFragment(location.hash));
  /** The gesture that goes on, the timer that ends it, and the one that writes what became of it. */
  let gesture: string | undefined;
  let ending: ReturnType<typeof setTimeout> | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  /** The entry that is shown, by its number, and those that were left before what became of them was written. */
  let entry = numberOf(history.state) ?? 0;
  const unwritten = new Map<number, string>();
  const write = (to: string) => history.replaceState({ entry }, '', to);
  if (numberOf(history.state) === undefined) write(location.pathname + location.hash);

  const address = (next: State) => {
    const fragment = toFragment(next);
    return location.pathname + (fragment === '' ? '' : `#${fragment}`);
  };
  const settle = () => {
    if (settling === undefined) return;
    clearTimeout(settling);
    settling = undefined;
    write(address(state.value));
  };
  /** Whether there is an entry more. */
  const push = (next: State): boolean => {
    settle();
    if (toFragment(next) === toFragment(state.value)) return false;
    entry++;
    // What was forward of here is gone.
    for (const later of unwritten.keys()) if (later >= entry) unwritten.delete(later);
    history.pushState({ entry }, '', address(next));
    state.value = next;
    return true;
  };
  const begin = (name: string | undefined) => {
    clearTimeout(ending);
    gesture = name;
    if (name !== undefined) ending = setTimeout(() => begin(undefined), PAUSE_MS);
  };
  const follow = () => {
    // Too late to write the entry that was left: that is done when it is come back to.
    if (settling !== undefined) unwritten.set(entry, address(state.value));
    clearTimeout(settling);
    settling = undefined;
    begin(undefined);
    const known = numberOf(history.state);
    // A link that was followed made an entry without a number.
    entry = known ?? entry + 1;
    const missing = unwritten.get(entry);
    unwritten.delete(entry);
    if (known === undefined) write(location.pathname + location.hash);
    else if (missing !== undefined) write(missing);
    const next = fromFragment(location.hash);
    if (toFragment(next) !== toFragment(state.value)) state.value = next;
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
  // Before the page is left, or a link of it followed.
  addEventListener('pagehide', settle);
  addEventListener('click', settle);

  return {
    state,
    go: (change) => {
      begin(undefined);
      push(changed(state.value, change));
    },
    adjust: (name, change) => {
      const next = changed(state.value, change);
      if (gesture === name) {
        state.value = next;
        settling ??= setTimeout(settle, WRITE_MS);
      } else if (!push(next)) return;
      begin(name);
    },
    linkTo: (change) => `${location.pathname}#${toFragment(changed(state.value, change))}`,
    link: () => address(state.value),
  };
}
