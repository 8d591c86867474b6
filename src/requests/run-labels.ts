/** What a run calls its rows, columns and heads. */

/** The words of a run of kind text. */
export interface RunWords {
  tokens: readonly string[];
  context: readonly string[] | undefined;
  heads: readonly string[];
}

/** What a request of tensors calls its rows, columns and heads, and the row to look at of any, in the names of the wire. */
export interface RunLabels {
  query_labels?: string[];
  key_labels?: string[];
  head_labels?: string[];
  focus?: number;
}
