/** Where ends of jobs may be told, as whoever runs the server lists it. */

const MOST_ENTRIES = 64;

/**
 * URLs of http and https, with commas between, each with a path that ends with a slash: what lies below them is allowed.
 * @throws Error whose message says, as a sentence of its own, what is wrong with the first that is none
 */
export function callbackList(text: string): URL[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length > MOST_ENTRIES) throw new Error(`there are more than ${MOST_ENTRIES}`);
  return entries.map((entry) => {
    const quoted = JSON.stringify(entry.slice(0, 100));
    if (!URL.canParse(entry)) throw new Error(`${quoted} is no URL`);
    const url = new URL(entry);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error(`${quoted} is not of http or https`);
    if (url.username !== '' || url.password !== '') throw new Error(`${quoted} has a name or password`);
    if (/[?#]/.test(entry)) throw new Error(`${quoted} has a query or fragment`);
    if (!url.pathname.endsWith('/')) throw new Error(`${quoted} must end with a slash: what lies below it is allowed`);
    return url;
  });
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const LEAST_SECRET_BYTES = 24;
const MOST_SECRET_BYTES = 64;

/** A secret as Standard Webhooks write it: whsec_ and 24 to 64 bytes in base64. @throws Error where it is none */
export function callbackSecret(text: string): Buffer {
  const bytes = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64');
  if (bytes.byteLength >= LEAST_SECRET_BYTES && bytes.byteLength <= MOST_SECRET_BYTES) return bytes;
  throw new Error('openssl rand -base64 32 gives what comes after whsec_');
}
