/** A page as one file of HTML: what single/ was built into, with what is shown in its middle. */
import { toJson, type Written } from './single-page.ts';

/** The page around its title and what it shows, see studio/single-file.ts. */
export type Around = readonly [before: string, between: string, behind: string];

export const singleFile = ([before, between, behind]: Around, written: Written): string =>
  [before, text(written.title), between, data(toJson(written)), behind].join('');

const NAMES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const text = (plain: string) => plain.replace(/[&<>]/g, (sign) => NAMES[sign]);

/** Within an element of script: without a <, no word can end it, or begin a comment in it. JSON reads the same. */
const data = (json: string) => json.replaceAll('<', '\\u003c');
