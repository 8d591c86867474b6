/** Origins of pages (RFC 6454), as whoever runs the server lists them. */

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*,]+$/i;

/**
 * The origins of a list with commas between, as browsers send them; of `*` only that.
 * @throws Error whose message says, as a sentence of its own, what is wrong with the first that is none
 */
export function originList(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length === 1 && entries[0] === '*') return entries;
  return entries.map(originOf);
}

function originOf(entry: string): string {
  const quoted = JSON.stringify(entry.slice(0, 100));
  if (entry === '') throw new Error('between two commas, or behind the last, nothing stands');
  if (entry === '*') throw new Error('"*" stands for all origins, and so stands alone');
  if (entry === 'null') throw new Error('"null" is what every file and sandboxed frame sends; only * lets these in');
  if (entry.includes('*')) throw new Error(`${quoted} has a *: list each origin, or * alone for all`);
  if (!entry.includes('://'))
    throw new Error(`${quoted} has no scheme; perhaps https://${entry.slice(0, 100)} is meant`);
  const [, bare = entry] = /^([^:]+:\/\/[^\s/?#@]+)[/?#]/.exec(entry) ?? [];
  if (bare !== entry) throw new Error(`${quoted} has a path, if only a slash at its end; its origin is ${bare}`);
  if (!ORIGIN.test(entry) || !URL.canParse(entry))
    throw new Error(`${quoted} is not scheme://host or scheme://host:port`);
  const { origin } = new URL(entry);
  // Schemes that URL does not know, such as those of extensions and apps, have the origin "null" there.
  return origin === 'null' ? entry.toLowerCase() : origin;
}
