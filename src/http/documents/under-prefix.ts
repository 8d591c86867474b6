/** Documents for clients that find this server under a prefix, behind a gateway or by BASE_PATH. */

/** Prefixes for which what was made is kept; nearly always there is one. */
const MOST_KEPT = 8;
/** Paths of this server where they are values or links of Markdown: in examples of answers and in descriptions. */
const PATHS = /(?<=:"|\]\(|\[)\/(?=(docs|examples|openapi|asyncapi|info)\b)/g;

/** The OpenAPI document with the prefix in what it says of addresses; its paths are below that of its server. */
export function underPrefix<Document extends object>(document: Document, prefix: string): Document {
  if (prefix === '') return document;
  const written = JSON.stringify(document).replaceAll(PATHS, `${prefix}/`);
  return JSON.parse(written.replace('{"url":"/"', `{"url":"${prefix}"`));
}

/** Makes something for each prefix when it is first asked for. */
export function keptByPrefix<Made>(make: (prefix: string) => Made): (prefix: string) => Made {
  const kept = new Map<string, Made>();
  return (prefix) => {
    const known = kept.get(prefix);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const made = make(prefix);
    kept.set(prefix, made);
    return made;
  };
}
