/** As much of a window as the state of the page needs. */
import type { Place } from '../../src/state/history.ts';

export const windowOf = (hash: string): Place => ({
  location: { hash, pathname: '/' },
  history: { state: null, pushState: () => {}, replaceState: () => {} },
  addEventListener: () => {},
});
