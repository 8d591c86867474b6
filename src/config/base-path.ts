/** Prefixes of paths, as BASE_PATH and gateways name them. */

const MAX_LENGTH = 256;
/** Segments of the characters that stand for themselves in every URL (RFC 3986 section 2.3). `//` would begin a host. */
const PREFIX = /^(\/[A-Za-z0-9._~-]+)+$/;

/**
 * A prefix without a slash at its end: `/attention-service`; '' for `/`.
 * @returns undefined for a text that is none
 */
export function prefixIn(text: string): string | undefined {
  const prefix = text.endsWith('/') ? text.slice(0, -1) : text;
  if (prefix === '') return '';
  const isPrefix = prefix.length <= MAX_LENGTH && PREFIX.test(prefix);
  // URLs lose these segments on their way (RFC 3986 section 5.2.4).
  return isPrefix && !/\/\.\.?(\/|$)/.test(prefix) ? prefix : undefined;
}
