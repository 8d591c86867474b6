/** Names for rows, columns and heads, and the row to look at: they change no number, but what is shown of them. */
import { z } from 'zod';
import { option } from './option.ts';

const MAX_NAME = 256;
/** Of all names of a list together, each with one more for its end: names travel with every viewer's plan. */
const MAX_LIST = 2 ** 20;

const isName = (x: unknown): x is string => typeof x === 'string' && x.length <= MAX_NAME;

/** Checked in one loop up to its first odd name, as other lists of options are. */
const names: z.ZodType<string[], string[]> = z.any().check(({ value, issues }) => {
  if (!Array.isArray(value)) {
    issues.push({ code: 'custom', input: undefined, path: [] });
    return;
  }
  let left = MAX_LIST;
  for (const [index, name] of value.entries()) {
    left -= isName(name) ? name.length + 1 : Number.POSITIVE_INFINITY;
    if (left >= 0) continue;
    issues.push({ code: 'custom', input: undefined, path: [index] });
    return;
  }
});

const labels = (of: string, about: string) =>
  option(
    names.meta({ type: 'array', items: { type: 'string', maxLength: MAX_NAME } }).optional(),
    `a list of texts of at most ${MAX_NAME} characters, one for each ${of}, and of ${MAX_LIST} characters together`,
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
