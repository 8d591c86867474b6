import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followHistory, type StateHistory } from '../../src/state/history.ts';

/** A browser's history, as far as the page uses it. */
class Tab {
  entries = ['/'];
  at = 0;
  #listeners: (() => void)[] = [];

  get location() {
    const address = this.entries[this.at];
    const hash = address.indexOf('#');
    return { pathname: '/', hash: hash < 0 ? '' : address.slice(hash) };
  }
  readonly history = {
    pushState: (_data: unknown, _title: string, address?: string | URL | null) => {
      this.entries = [...this.entries.slice(0, this.at + 1), String(address)];
      this.at++;
    },
    replaceState: (_data: unknown, _title: string, address?: string | URL | null) => {
      this.entries[this.at] = String(address);
    },
  };
  addEventListener = (_type: string, listener: () => void) => this.#listeners.push(listener);
  back(): void {
    this.at--;
    for (const listener of this.#listeners) listener();
  }
}

describe('the history', () => {
  let tab: Tab;
  let page: StateHistory;
  beforeEach(() => {
    vi.useFakeTimers();
    tab = new Tab();
    const { history, addEventListener } = tab;
    page = followHistory({
      get location() {
        return tab.location;
      },
      history,
      addEventListener,
    });
  });
  afterEach(() => void vi.useRealTimers());

  it('takes a change back', () => {
    page.go({ locked: [1] });
    expect(tab.entries).toEqual(['/', '/#locked=1']);
    tab.back();
    expect(page.state.value.locked).toEqual([2]);
  });

  it('has no entry for a change of nothing', () => {
    page.go({ locked: [2] });
    expect(tab.entries).toEqual(['/']);
  });

  it('takes all of what was typed back at once', () => {
    for (const text of ['T', 'Th', 'The']) page.adjust('typing', { text });
    expect(page.state.value.text).toBe('The');
    vi.runAllTimers();
    expect(tab.entries).toEqual(['/', '/#text=The']);
    tab.back();
    expect(page.state.value.text).toBe('The cat sat on the mat');
  });

  it('keeps what was typed when something else follows at once', () => {
    page.adjust('typing', { text: 'a' });
    page.adjust('typing', { text: 'ab' });
    page.go({ locked: [0] });
    expect(tab.entries).toEqual(['/', '/#text=ab', '/#text=ab&locked=0']);
  });

  it('gives the link of a change without making it', () => {
    expect(page.linkTo({ view: 'steps' })).toBe('/#view=steps');
    expect(page.state.value.view).toBe('sentence');
  });
});
