/** The header `traceparent` of W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a request belongs to. */

export interface Traceparent {
  /** 32 hexadecimal digits, not all of them 0. */
  traceId: string;
  /** Of the caller: 16 hexadecimal digits, not all of them 0. */
  spanId: string;
  /** Whether the caller records it. */
  isSampled: boolean;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const SAMPLED = 1;

/** What a header says, if there is one; undefined for one that is none, which section 3.3 wants to be ignored. */
export function readTraceparent(text: string | undefined): Traceparent | undefined {
  if (text === undefined) return undefined;
  const [, version, traceId, spanId, flags, more] = FORM.exec(text) ?? [];
  // Of later versions what comes behind is unknown; of this one there is nothing.
  const isOfVersion = version !== undefined && version !== 'ff' && (version !== '00' || more === undefined);
  if (!isOfVersion || traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

export function writeTraceparent({ traceId, spanId, isSampled }: Traceparent): string {
  return `00-${traceId}-${spanId}-0${Number(isSampled)}`;
}
