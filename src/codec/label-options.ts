/** Names for rows, columns and heads, and the row to look at: they change no number, but what is shown of them. */
import { z } from 'zod';
import { option } from './option.ts';

const MAX_NAME = 256;
/** A body of JSON may have 10,000 texts outside of its tensors. */
const MAX_NAMES = 4096;
/** Characters of all names of a list: they travel with the plan of a run to each of its viewers. */
const MAX_LIST = 2 ** 16;

const isName = (x: unknown): x is string => typeof x === 'string' && x.length <= MAX_NAME;

/** Checked in one loop up to its first odd name, as other lists of options are. */
const names: z.ZodType<string[], string[]> = z.any().check(({ value, issues }) => {
  if (!Array.isArray(value)) {
    issues.push({ code: 'custom', input: undefined, path: [] });
    return;
  }
  let left = MAX_LIST;
  for (const [index, name] of value.entries()) {
    left -= isName(name) && index < MAX_NAMES ? name.length : Number.POSITIVE_INFINITY;
    if (left >= 0) continue;
    issues.push({ code: 'custom', input: undefined, path: [index] });
    return;
  }
});

const labels = (of: string, about: string) =>
  option(
    names.meta({ type: 'array', items: { type: 'string', maxLength: MAX_NAME }, maxItems: MAX_NAMES }).optional(),
    `a list of at most ${MAX_NAMES} texts, one for each ${of}, of at most ${MAX_NAME} characters each and ${MAX_LIST} together`,
    about,
  );

export const labelOptions = {
  query_labels: labels('query', 'Names of the queries, such as tokens: the rows of pictures, tables and plans.'),
  key_labels: labels('key', 'Names of the keys, past ones first: the columns.'),
  head_labels: labels('query head', 'Names of the query heads.'),
  focus: option(
    z.union([z.int().min(0), z.string().max(MAX_NAME)]).optional(),
    'the number of a query row, or one of query_labels',
    'A row to look at, by its number from 0 or its name (the first that has it): marked in pictures, worked out in text, and told in the plan of a run.',
  ),
};
