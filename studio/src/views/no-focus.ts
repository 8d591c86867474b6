/** Whether nothing has the focus that takes keys of its own: the page itself, or the picture that was skipped to. */
export const hasNoFocus = (): boolean =>
  document.activeElement === document.body || document.activeElement?.matches('.stage') === true;
