import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followHistory, type StateHistory } from '../../src/state/history.ts';

/** A browser's history, as far as the page uses it. */
class Tab {
  entries = ['/'];
  #states: unknown[] = [null];
  at = 0;
  #listeners: [type: string, listener: () => void][] = [];

  readonly location = { pathname: '/', hash: '' };
  readonly history = {
    pushState: (data: unknown, _title: string, address?: string | URL | null) => this.#push(data, String(address)),
    replaceState: (data: unknown, _title: string, address?: string | URL | null) => {
      this.#states[this.at] = data;
      this.entries[this.at] = String(address);
    },
    state: null as unknown,
  };
  constructor() {
    Object.defineProperty(this.history, 'state', { get: () => this.#states[this.at] });
    Object.defineProperty(this.location, 'hash', { get: () => /#.+|$/.exec(this.entries[this.at])?.[0] });
  }
  #push(data: unknown, address: string): void {
    this.entries = [...this.entries.slice(0, this.at + 1), address];
    this.#states = [...this.#states.slice(0, this.at + 1), data];
    this.at++;
  }
  addEventListener = (type: string, listener: () => void) => this.#listeners.push([type, listener]);
  back(): void {
    this.at--;
    this.hear('popstate');
  }
  forward(): void {
    this.at++;
    this.hear('popstate');
  }
  /** A link to a fragment. */
  follow(address: string): void {
    this.hear('click');
    this.#push(null, address);
    this.hear('popstate');
    this.hear('hashchange');
  }
  hear(event: string): void {
    for (const [type, listener] of this.#listeners) if (type === event) listener();
  }
}

describe('the history', () => {
  let tab: Tab;
  let page: StateHistory;
  beforeEach(() => {
    vi.useFakeTimers();
    tab = new Tab();
    page = followHistory(tab);
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

  it('has an entry for each of two gestures with a pause between them', () => {
    for (const temperature of [0.2, 0.3]) page.adjust('sliding', { temperature });
    vi.advanceTimersByTime(5000);
    for (const temperature of [0.4, 0.5]) page.adjust('sliding', { temperature });
    vi.runAllTimers();
    expect(tab.entries).toEqual(['/', '/#temperature=0.3', '/#temperature=0.5']);
  });

  it('writes a film that plays while it plays, four times a second at most', () => {
    let writes = 0;
    const { replaceState } = tab.history;
    tab.history.replaceState = (...given) => {
      writes++;
      replaceState(...given);
    };
    for (let step = 1; step <= 120; step++) {
      page.adjust('film', { step });
      vi.advanceTimersByTime(1000 / 60);
    }
    expect(writes).toBeGreaterThanOrEqual(7);
    expect(writes).toBeLessThanOrEqual(8);
    expect(tab.entries).toHaveLength(2);
  });

  it('writes what is left to write when the page is left, or a link in it followed', () => {
    for (const event of ['pagehide', 'click']) {
      page.adjust('typing', { text: 'a' });
      page.adjust('typing', { text: event });
      tab.hear(event);
      expect(tab.entries.at(-1)).toBe(`/#text=${event}`);
    }
  });

  it('loses nothing of a gesture when Back follows at once', () => {
    for (const temperature of [0.2, 0.3, 0.5]) page.adjust('sliding', { temperature });
    tab.back();
    expect(page.state.value.temperature).toBe(0.1);
    vi.runAllTimers();
    expect(tab.entries[0]).toBe('/');
    tab.forward();
    expect(page.state.value.temperature).toBe(0.5);
    expect(tab.entries).toEqual(['/', '/#temperature=0.5']);
  });

  it('loses nothing of a gesture in an entry that a link made, nor takes it for that of another', () => {
    tab.follow('/#view=lesson');
    page.adjust('sliding', { temperature: 0.2 });
    page.adjust('sliding', { temperature: 0.3 });
    tab.back();
    tab.back();
    tab.forward();
    expect(page.state.value).toMatchObject({ view: 'lesson', temperature: 0.1 });
    tab.forward();
    expect(page.state.value).toMatchObject({ view: 'lesson', temperature: 0.3 });
    page.adjust('sliding', { temperature: 0.4 });
    page.adjust('sliding', { temperature: 0.5 });
    tab.back();
    page.go({ locked: [0] });
    tab.back();
    tab.forward();
    // What was slid to last was forward of what followed, and is gone.
    expect(tab.entries.slice(2)).toEqual(['/#view=lesson&temperature=0.3', '/#view=lesson&temperature=0.3&locked=0']);
    expect(page.state.value).toMatchObject({ locked: [0], temperature: 0.3 });
  });

  it('never writes over an entry that a gesture did not make', () => {
    page.go({ locked: [1] });
    page.adjust('sliding', { temperature: 0.1 });
    page.adjust('sliding', { temperature: 0.2 });
    vi.runAllTimers();
    expect(tab.entries).toEqual(['/', '/#locked=1', '/#temperature=0.2&locked=1']);
  });

  it('gives links that are followed without loading the page again, and one to be given away', () => {
    page.go({ view: 'steps' });
    // Without a fragment, a browser would load it.
    expect(page.linkTo({ view: 'sentence' })).toBe('/#');
    expect(page.link()).toBe('/#view=steps');
    tab.follow(page.linkTo({ view: 'sentence' }));
    expect(page.state.value.view).toBe('sentence');
    expect([page.link(), tab.entries.at(-1)]).toEqual(['/', '/']);
  });

  it('gives the link of a change without making it', () => {
    expect(page.linkTo({ view: 'steps' })).toBe('/#view=steps');
    expect(page.state.value.view).toBe('sentence');
  });
});
