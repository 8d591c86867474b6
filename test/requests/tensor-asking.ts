/** POST /attention and /attention/multi-head on this thread, by any kernel: from a body to an answer or a refusal. */
import { RequestError } from '../../src/errors.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { writeAnswer } from '../../src/requests/answer.ts';
import type { TensorsRequest } from '../../src/requests/request.ts';
import { RequestRunner } from '../../src/requests/request-runner.ts';
import { runStages } from '../kernels/run-stages.ts';
import { table } from './asking.ts';

const limits = { maxElements: 2 ** 20, maxBodyBytes: 2 ** 26, maxOutputBytes: 2 ** 26 };

export type Kind = TensorsRequest['kind'];

/** A request in JSON. */
export function jsonRequest(kind: Kind, body: object | string): TensorsRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind, body: new TextEncoder().encode(text), contentType: 'application/json', accept: undefined };
}

/** What a kernel answers, as JSON gives it. @throws RequestError */
export function answerOf(request: TensorsRequest, kernel: Kernel = createReferenceKernel()): Record<string, unknown> {
  const runner = new RequestRunner({ kernel, limits, vectors: table });
  const opened = runner.open({ ...request, accept: 'application/json' }, []);
  if (opened.kind === 'answered') return JSON.parse(Buffer.concat(opened.pieces).toString());
  runStages(opened.stages, runner.shards);
  return JSON.parse(Buffer.concat(writeAnswer(opened.answer, 'copied').pieces).toString());
}

export interface Refusal {
  code: string;
  pointer: string | undefined;
  detail: string;
}

/** The fault that a request is refused for. */
export function refusalOf(request: TensorsRequest, kernel?: Kernel): Refusal {
  try {
    answerOf(request, kernel);
  } catch (error) {
    if (error instanceof RequestError) return { code: error.code, pointer: error.pointer, detail: error.message };
    throw error;
  }
  throw new Error('the request was not refused');
}
