/** How attention over text cuts texts: into words, or into the tokens of code. */
export const TOKENIZER_NAMES = ['words', 'code'] as const;
export type TokenizerName = (typeof TOKENIZER_NAMES)[number];
