/** A third of the letters may be wrong; more is another word. */
const aThird = (length: number) => Math.max(1, Math.floor(length / 3));

/**
 * The known name that a wrong one most likely stands for, or `undefined`: "scal" → "scale", "isCausal" → "is_causal".
 * `mostWrong` says how many letters of a name may be wrong, by its length without signs.
 */
export function nearestName(name: string, known: Iterable<string>, mostWrong = aThird): string | undefined {
  if (name.length > 64) return undefined;
  const plain = simplify(name);
  let nearest: string | undefined;
  let best = mostWrong(plain.length) + 1;
  for (const candidate of known) {
    const distance = editDistance(plain, simplify(candidate));
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
