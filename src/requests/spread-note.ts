/** What an answer and a job tell of how a request was spread over replicas. */
export type SpreadNote = SpreadWhole | SpreadParts;

/** It was computed whole, by one replica. */
export interface SpreadWhole {
  parts: 1;
  why: string;
}

export interface SpreadParts {
  parts: number;
  /** What tells the parts apart: heads (of batch entries), rows of queries, or keys. */
  by: SpreadBy;
  /** How many replicas have computed them. */
  replicas: number;
  /** What the parts read and wrote, over the network. */
  bytesMoved: number;
  why: string;
}

export type SpreadBy = 'heads' | 'rows' | 'keys';

/** The same as it is told. */
export interface SpreadDocument {
  parts: number;
  by?: SpreadBy;
  replicas?: number;
  bytes_moved?: number;
  why: string;
}

/** A note in the names of the wire. */
export function spreadDocument(note: SpreadNote): SpreadDocument {
  if (!('by' in note)) return { parts: note.parts, why: note.why };
  const { parts, by, replicas, bytesMoved, why } = note;
  return { parts, by, replicas, bytes_moved: bytesMoved, why };
}
