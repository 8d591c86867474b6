/** The byte-pair encodings of OpenAI's models: names, split patterns and special tokens as in tiktoken's openai_public.py. */

import type { SpecialToken } from '../tokenize/tokenizer.ts';
import { type Splitter, splitCl100k, splitGpt2, splitO200k } from './split.ts';

export interface EncodingAbout {
  name: string;
  aliases: readonly string[];
  /** The most ids, special tokens included. */
  vocabularySize: number;
  specialTokens: readonly SpecialToken[];
  split: Splitter;
}

const END_OF_TEXT = '<|endoftext|>';
const END_OF_PROMPT = '<|endofprompt|>';

export const ENCODINGS: readonly EncodingAbout[] = [
  {
    name: 'o200k_base',
    aliases: [],
    vocabularySize: 200_019,
    specialTokens: [
      { id: 199_999, text: END_OF_TEXT },
      { id: 200_018, text: END_OF_PROMPT },
    ],
    split: splitO200k,
  },
  {
    name: 'cl100k_base',
    aliases: [],
    vocabularySize: 100_277,
    specialTokens: [
      { id: 100_257, text: END_OF_TEXT },
      { id: 100_258, text: '<|fim_prefix|>' },
      { id: 100_259, text: '<|fim_middle|>' },
      { id: 100_260, text: '<|fim_suffix|>' },
      { id: 100_276, text: END_OF_PROMPT },
    ],
    split: splitCl100k,
  },
  {
    name: 'p50k_base',
    aliases: [],
    vocabularySize: 50_281,
    specialTokens: [{ id: 50_256, text: END_OF_TEXT }],
    split: splitGpt2,
  },
  {
    name: 'r50k_base',
    aliases: ['gpt2'],
    vocabularySize: 50_257,
    specialTokens: [{ id: 50_256, text: END_OF_TEXT }],
    split: splitGpt2,
  },
];
