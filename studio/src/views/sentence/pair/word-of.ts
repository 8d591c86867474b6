/** A word that somebody names, by itself or by its number from 1; the first where there are several. */
export function wordOf(named: string, words: readonly string[]): number | undefined {
  const name = named.trim();
  const exact = words.indexOf(name);
  if (exact >= 0) return exact;
  const number = /^\d+$/.test(name) ? Number(name) : 0;
  if (number >= 1 && number <= words.length) return number - 1;
  const lower = name.toLowerCase();
  const found = lower === '' ? -1 : words.findIndex((word) => word.toLowerCase() === lower);
  return found < 0 ? undefined : found;
}
