/** In which form an error is told: a problem document, and under /v2 the error object of the Open Inference Protocol. */
import { PROBLEM_TYPE, type Problem, problemHeaders } from '../../problem-document.ts';

interface Told {
  status: number;
  headers: Record<string, string>;
  type: string;
  body: object;
}

/** Paths of the protocol, whether there is anything at them or not. */
const OF_INFERENCE = /^\/v2(?=[/?]|$)/;

/** A problem, made of `error`, as clients of a path read it. */
export function toldAt(url: string, problem: Problem, error: unknown): Told {
  const headers = problemHeaders(problem, error);
  if (!OF_INFERENCE.test(url)) return { status: problem.status, headers, type: PROBLEM_TYPE, body: problem };
  if (headers.accept !== undefined) headers.accept = 'application/json, application/octet-stream';
  return { status: inferenceStatus(problem.status), headers, type: 'application/json', body: inferenceError(problem) };
}

/** The protocol knows no difference between what cannot be read and what makes no sense: both are "typically 400". */
export function inferenceStatus(status: number): number {
  return status === 422 ? 400 : status;
}

/** One sentence, as the protocol has it, with the place where the fault is unless that says it. */
function inferenceError({ detail, pointer }: Problem): { error: string } {
  if (pointer === undefined || detail.includes(pointer)) return { error: detail };
  const [, field, ...inner] = pointer.split('/');
  const isNamed = inner.length === 0 && detail.split(/\W+/).includes(field);
  return { error: isNamed ? detail : `${detail} (at ${pointer})` };
}
