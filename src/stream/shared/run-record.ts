/** What replicas share of a run: its request and how it is cut into steps. Its steps follow from these. */
import { z } from 'zod';
import { DETAILS } from '../../attention/steps.ts';
import { ERROR_CODES, type ErrorCode, RequestError } from '../../errors.ts';
import { RUN_KINDS } from '../../requests/request.ts';
import { type Summary, summarySchema } from '../protocol.ts';

const isCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text);

/** An error as replicas tell it each other. */
const faultSchema = z.object({ code: z.string().refine(isCode), detail: z.string(), pointer: z.string().optional() });
type SharedFault = z.output<typeof faultSchema>;

const recordSchema = z.object({
  id: z.uuid(),
  /** Whose it is. */
  principal: z.string(),
  /** As `Date.now()` of the replica that made it. */
  createdAt: z.number(),
  /** The kernel that numbered its steps. */
  kernel: z.string(),
  kind: z.enum(RUN_KINDS),
  contentType: z.string(),
  bodyBytes: z.int().min(0),
  detail: z.enum(DETAILS),
  tileRows: z.int().optional(),
  tileKeys: z.int().optional(),
  /** The limits that its steps were planned by: another replica may have others. */
  maxSteps: z.int(),
  maxStepNumbers: z.int(),
});

/** Written in one piece, and never changed. */
export type RunRecord = z.output<typeof recordSchema>;

/** How the computation of a run ended. */
export type RunEnd = { summary: Summary } | { error: RequestError };
const endSchema = z.union([z.object({ summary: summarySchema }), z.object({ fault: faultSchema })]);

/** @throws SyntaxError, ZodError for what no replica of this version wrote */
export const readRecord = (text: string): RunRecord => recordSchema.parse(JSON.parse(text));
export const readFault = (text: string): RequestError => errorOf(faultSchema.parse(JSON.parse(text)));

export function readEnd(text: string): RunEnd {
  const end = endSchema.parse(JSON.parse(text));
  return 'summary' in end ? end : { error: errorOf(end.fault) };
}

export function endText(end: RunEnd): string {
  return JSON.stringify('summary' in end ? end : { fault: faultIn(end.error) });
}

function errorOf({ code, detail, pointer }: SharedFault): RequestError {
  return new RequestError(code, detail, pointer === undefined ? {} : { pointer });
}

export function faultIn({ code, message, pointer }: RequestError): SharedFault {
  return { code, detail: message, ...(pointer !== undefined && { pointer }) };
}
