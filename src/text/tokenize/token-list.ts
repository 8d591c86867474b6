/**
 * Tokens as columns: a megabyte of text has a quarter of a million of them, and columns travel between threads by being
 * moved. `starts` and `ends` are bytes of the text; −1 where a place is not
 * known, and an id of −1 is a token without one. Only the first `count` entries are tokens.
 */
export interface TokenList {
  ids: Int32Array<ArrayBuffer>;
  starts: Int32Array<ArrayBuffer>;
  ends: Int32Array<ArrayBuffer>;
  count: number;
}

const FIRST_CAPACITY = 64;

export function createTokenList(): TokenList {
  return { ids: column(FIRST_CAPACITY), starts: column(FIRST_CAPACITY), ends: column(FIRST_CAPACITY), count: 0 };
}

export function addToken(list: TokenList, id: number, start: number, end: number): void {
  if (list.count === list.ids.length) grow(list);
  list.ids[list.count] = id;
  list.starts[list.count] = start;
  list.ends[list.count++] = end;
}

function grow(list: TokenList): void {
  for (const name of ['ids', 'starts', 'ends'] as const) {
    const larger = column(2 * list[name].length);
    larger.set(list[name]);
    list[name] = larger;
  }
}

function column(length: number): Int32Array<ArrayBuffer> {
  return new Int32Array(length);
}
