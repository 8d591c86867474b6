/** What POST /attention/diagnose says of a request and an answer. */
import type { Drawn } from './wrong/drawn.ts';
import { type Fields, jsonOf } from './wrong/fields.ts';

/** The part of the answer that the tests read. */
export interface Diagnosis {
  verdict: 'match' | 'rounding' | 'different';
  where: {
    kind: string;
    batch?: number[];
    heads?: number[];
    rows?: { from: number; to: number };
    columns?: { from: number; to: number };
    block?: number;
    keys?: number;
  };
  causes: { names: string[]; same_as: string[][] }[];
  meta: { is_search_complete: boolean };
}

/** Long enough that what is found does not depend on how busy the machine is. */
const BUDGET_MS = 5000;
/** Where nothing is to be found a search goes on to its end: what the service takes by default. */
export const USUAL_BUDGET_MS = 300;

export async function diagnose(
  url: string,
  fields: Fields | Record<string, unknown>,
  expected: unknown,
  budgetMs = BUDGET_MS,
): Promise<Diagnosis> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const body = jsonOf({ ...fields, expected_output: sent(expected), budget_ms: budgetMs });
  const answer = await fetch(`${url}/attention/diagnose`, { method: 'POST', headers, body });
  const said: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status}: ${JSON.stringify(said)}`);
  return said as Diagnosis;
}

/** Nested numbers as they are where JSON has them all; else as the bytes of a dump. */
function sent(expected: unknown): unknown {
  const numbers = Array.isArray(expected) ? expected.flat(9).map(Number) : [];
  if (numbers.every(Number.isFinite)) return expected;
  const shape: number[] = [];
  for (let inner: unknown = expected; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return { shape, dtype: 'float32', data: Buffer.from(Float32Array.from(numbers).buffer).toString('base64') };
}

/** Whether the first cause is these names, or is said to look the same as them on this request. */
export function isFirst({ causes: [first] }: Diagnosis, names: readonly string[]): boolean {
  if (first === undefined) return false;
  const wanted = [...names].sort().join();
  return [first.names, ...first.same_as].some((list) => [...list].sort().join() === wanted);
}

/** What was said instead, for whoever reads a failed test. */
export function said({ verdict, causes }: Diagnosis): string {
  const names = causes.map((cause) => [cause.names, ...cause.same_as].map((list) => list.join(' + ')).join(' = '));
  return names.length === 0 ? `${verdict}, no cause` : names.join('; ');
}

/** What is said of an answer where it is not, first of all, what was done; one problem does not hide the next. */
export async function missed(url: string, { names, seed, fields, habits, expected }: Drawn): Promise<string[]> {
  const done = `seed ${seed}: ${names.join(' + ')}, ${JSON.stringify(habits)}`;
  try {
    const diagnosis = await diagnose(url, fields, expected);
    return isFirst(diagnosis, names) ? [] : [`${done} is said to be ${said(diagnosis)}`];
  } catch (error) {
    return [`${done} is answered with ${error}`];
  }
}
