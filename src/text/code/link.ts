/**
 * Why one place in the code looks at another: a name at its declaration, a call at its function, a name at its import and an
 * imported name at its module, a declaration at the function or class whose scope it is in, a bracket at its partner.
 */
export const LINK_KINDS = ['declaration', 'call', 'import', 'scope', 'bracket'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** Code units, end exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** A token of code. */
export interface Lexeme extends Range {
  /** Whether it is plain text, in a formatted string or between elements of markup. */
  isText: boolean;
}

/** From a range to the start of another. */
export interface CodeLink {
  from: Range;
  to: number;
  kind: LinkKind;
}
