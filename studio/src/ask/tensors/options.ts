/** Options of a request: those that were set, by their paths. */

export type Options = Readonly<Record<string, unknown>>;

/** What stands at a path with points between its names; undefined where there is nothing. */
export const optionAt = (options: Options, path: string): unknown =>
  path.split('.').reduce<unknown>((inside, name) => (isRecord(inside) ? inside[name] : undefined), options);

/** With another value at a path; undefined takes it out, and what holds nothing any more with it. */
export function withOption(options: Options, path: string, value: unknown): Options {
  const [name, ...inner] = path.split('.');
  const { [name]: before, ...others } = options;
  const inside = isRecord(before) ? before : {};
  const next = inner.length === 0 ? value : withOption(inside, inner.join('.'), value);
  const isNothing = next === undefined || (inner.length > 0 && isRecord(next) && Object.keys(next).length === 0);
  if (isNothing) return others;
  // In its place: a form whose order changes while one types would be a riddle.
  return name in options ? { ...options, [name]: next } : { ...others, [name]: next };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
