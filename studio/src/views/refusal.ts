/** A refusal of the service in words of the page: which of its inputs is meant, and what would fit. */
import type { Answered } from '../ask/answered.ts';

export type Problem = Extract<Answered<unknown>, { is: 'refused' }>['problem'];

/** The fields of requests, as the page calls them. */
const PLACES: Readonly<Record<string, string>> = {
  text: 'the sentence',
  context: 'the sentence that is looked at',
  temperature: 'the temperature',
  heads: 'the heads',
  vectors: 'the vectors',
  outputs: 'what is asked for',
  detail: 'what a step is',
};

const SHORTER = 'A shorter sentence would fit.';
const FEWER_WORDS = 'Fewer words would fit, or fewer heads.';
const REMEDIES: Partial<Record<Problem['code'], string>> = {
  body_too_large: SHORTER,
  text_too_long: SHORTER,
  too_many_elements: FEWER_WORDS,
  output_too_large: FEWER_WORDS,
  too_many_steps: 'A coarser step would fit, such as a whole matrix, or fewer words.',
  deadline_exceeded: 'Fewer words take less time.',
};

/** What somebody can do about it: what would fit, and how much where the detail of the problem ends with that. */
export function remedyOf({ code, detail, pointer }: Pick<Problem, 'code' | 'detail' | 'pointer'>): string | undefined {
  const [, limit] = /\btakes (\d+)$/.exec(detail) ?? [];
  if (code === 'text_too_long' && limit !== undefined) return `Up to ${limit} words and signs would fit.`;
  // A single step is too large, and not all of them together.
  if (code === 'output_too_large' && pointer?.endsWith('/detail') === true)
    return 'A finer step would fit, such as one word’s row, or fewer words.';
  return REMEDIES[code];
}

/** A JSON pointer in words; of what the page has no name for, its own. Of a run, the request is a part. */
export function placeIn(pointer: string): string {
  const [field, ...inside] = pointer
    .replace(/^\/request(?=\/)/, '')
    .split('/')
    .slice(1);
  if (field === undefined || field === '') return 'the request';
  const [index] = inside;
  const name = PLACES[field] ?? `“${field.replaceAll('_', ' ')}”`;
  return index !== undefined && /^\d+$/.test(index) ? `${name}, number ${Number(index) + 1}` : name;
}
