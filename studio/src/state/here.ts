/** The state of this page. */
import { followHistory } from './history.ts';

export const { state, go, adjust, linkTo, link } = followHistory({
  location: window.location,
  history: window.history,
  addEventListener: (type, listener) => window.addEventListener(type, listener),
});
