/** The state and the browser's history are one: every change is a link, and Back takes it back. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { changed, type State } from './state.ts';
import { fromFragment, toFragment } from './url.ts';

/** What is changed again within this time is one change; browsers also bound how often a page may write its address. */
const SETTLE_MS = 250;

/** The part of a window that is needed. */
export interface Place {
  location: Pick<Location, 'hash' | 'pathname'>;
  history: Pick<History, 'pushState' | 'replaceState'>;
  addEventListener(type: 'popstate' | 'hashchange', listener: () => void): void;
}

export interface StateHistory {
  state: ReadonlySignal<State>;
  /** A change that Back takes back. */
  go(change: Partial<State>): void;
  /** One of many changes of a gesture, such as a slider's or typing: Back takes all of them back at once. */
  adjust(gesture: string, change: Partial<State>): void;
  /** The link to the state with a change. */
  linkTo(change: Partial<State>): string;
}

export function followHistory({ location, history, addEventListener }: Place): StateHistory {
  const state = signal(fromFragment(location.hash));
  /** The gesture that goes on, and the timer that writes what became of it. */
  let gesture: string | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;

  const address = (next: State) => {
    const fragment = toFragment(next);
    return location.pathname + (fragment === '' ? '' : `#${fragment}`);
  };
  const settle = () => {
    if (settling === undefined) return;
    clearTimeout(settling);
    settling = undefined;
    history.replaceState(null, '', address(state.value));
  };
  const push = (next: State) => {
    settle();
    if (toFragment(next) === toFragment(state.value)) return;
    history.pushState(null, '', address(next));
    state.value = next;
  };
  const follow = () => {
    clearTimeout(settling);
    settling = undefined;
    gesture = undefined;
    const next = fromFragment(location.hash);
    if (toFragment(next) !== toFragment(state.value)) state.value = next;
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);

  return {
    state,
    go: (change) => {
      gesture = undefined;
      push(changed(state.value, change));
    },
    adjust: (name, change) => {
      const next = changed(state.value, change);
      if (gesture !== name) push(next);
      else {
        state.value = next;
        clearTimeout(settling);
        settling = setTimeout(settle, SETTLE_MS);
      }
      gesture = name;
    },
    linkTo: (change) => address(changed(state.value, change)),
  };
}
