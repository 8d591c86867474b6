/**
 * Queries and keys as they are written into the rows of Q and K: `query(i, into)` fills row i of Q, `key(j, into)` row j of K,
 * each of `dims` numbers that are zero before.
 */
export interface Encoding {
  dims: number;
  query(row: number, into: Float32Array): void;
  key(row: number, into: Float32Array): void;
}

/** From here on codes of distinct things are no longer exactly orthogonal. */
const MOST_EXACT = 256;

/** Unit vectors for `count` things that are equal or have nothing in common: their dot products are 1 or 0. */
export interface Codes {
  dims: number;
  write(thing: number, into: Float32Array): void;
}

/** Up to 256 things get an axis each; more get signs from a hash, of which two agree by 1/16 or so more or less than by half. */
export function codesFor(count: number): Codes {
  if (count <= MOST_EXACT) {
    return {
      dims: Math.max(1, count),
      write: (thing, into) => {
        into[thing] = 1;
      },
    };
  }
  const size = 1 / Math.sqrt(MOST_EXACT);
  return {
    dims: MOST_EXACT,
    write: (thing, into) => {
      for (let k = 0; k < MOST_EXACT; k += 32) {
        const bits = mixed(thing * (MOST_EXACT / 32) + k / 32);
        for (let bit = 0; bit < 32; bit++) into[k + bit] = (bits >>> bit) & 1 ? size : -size;
      }
    },
  };
}

/** Two encodings side by side: their scores add up. */
export function joined(first: Encoding, second: Encoding): Encoding {
  return {
    dims: first.dims + second.dims,
    query: (row, into) => {
      first.query(row, into.subarray(0, first.dims));
      second.query(row, into.subarray(first.dims));
    },
    key: (row, into) => {
      first.key(row, into.subarray(0, first.dims));
      second.key(row, into.subarray(first.dims));
    },
  };
}

/** The finalizer of MurmurHash3 (Appleby, public domain): every bit of the input turns half of the output's. */
function mixed(x: number): number {
  let h = (x + 1) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
