/** The texts of a job into tokens, one after another, by a tokenizer of this thread. */
import { nextSpecial } from '../../text/tokenize/special-search.ts';
import { addToken } from '../../text/tokenize/token-list.ts';
import type { KnownTokens, Pace, Tokenizer } from '../../text/tokenize/tokenizer.ts';
import type { TokenizeJob } from './tokenize-job.ts';

/** Reads texts into tokens; whether all are read. */
export function readTexts(job: TokenizeJob, tokenizer: Tokenizer, pace: Pace): boolean {
  const { reading, textEnds } = job;
  while (reading.text < textEnds.length) {
    beginText(job, tokenizer);
    const end = textEnds[reading.text];
    while (reading.at < end && !isFull(job, tokenizer)) {
      if (!readSection(job, tokenizer, end, pace) || (reading.at < end && pace.isOver())) return false;
    }
    endText(job, tokenizer);
    if (pace.isOver() && reading.text < textEnds.length) return false;
  }
  return true;
}

/** Reads up to the next special token, and that; false when it has to be gone on with by a thread with time. */
function readSection(job: TokenizeJob, tokenizer: Tokenizer, end: number, pace: Pace): boolean {
  const { bytes, tokens, reading, sought } = job;
  const special = nextSpecial(sought, bytes, reading.at, end);
  const sectionEnd = special?.start ?? end;
  if (reading.at < sectionEnd) {
    const stop = tokenizer.encode(bytes, reading.at, sectionEnd, tokens, pace);
    reading.at = stop.at;
    job.needsLong = stop.needsLong;
    if (stop.needsLong) return false;
  }
  if (special !== undefined && reading.at === special.start) {
    addToken(tokens, special.id, special.start, special.end);
    reading.at = special.end;
  }
  return true;
}

/** Tokens of the text that is read, without those put around it: where they begin, and how many there may be. */
function room({ options, reading, tokenEnds }: TokenizeJob, { about }: KnownTokens): { first: number; most: number } {
  const [before, after] = options.addSpecialTokens ? [about.before.length, about.after.length] : [0, 0];
  const first = (reading.text === 0 ? 0 : tokenEnds[reading.text - 1]) + before;
  const { maxLength } = options;
  return { first, most: maxLength === undefined ? Number.POSITIVE_INFINITY : maxLength - before - after };
}

/** Whether what is left of the text would be cut off whatever it is. */
export function isFull(job: TokenizeJob, tokenizer: KnownTokens): boolean {
  const { first, most } = room(job, tokenizer);
  return job.options.truncation === 'right' && job.tokens.count - first >= most;
}

/** Takes what is put before a text, unless that was done. */
export function beginText({ reading, sought, options, tokens }: TokenizeJob, { about }: KnownTokens): void {
  if (reading.isBegun) return;
  for (const token of sought) token.next = -1;
  if (options.addSpecialTokens) for (const id of about.before) addToken(tokens, id, -1, -1);
  reading.isBegun = true;
}

/** Cuts off what is beyond max_length, takes what is put behind a text, and goes on to the next. */
export function endText(job: TokenizeJob, tokenizer: KnownTokens): void {
  const { options, reading, tokens, textEnds } = job;
  const { first, most } = room(job, tokenizer);
  const end = textEnds[reading.text];
  const excess = tokens.count - first - most;
  if (excess > 0 && options.truncation === 'left') {
    for (const column of [tokens.ids, tokens.starts, tokens.ends])
      column.copyWithin(first, first + excess, tokens.count);
  }
  if (excess > 0) tokens.count = first + most;
  if (excess > 0 || reading.at < end) job.wasCut[reading.text] = 1;
  if (options.addSpecialTokens) for (const id of tokenizer.about.after) addToken(tokens, id, -1, -1);
  job.tokenEnds[reading.text] = tokens.count;
  reading.text++;
  reading.at = end;
  reading.isBegun = false;
}
