/** What people send in place of JSON, safetensors or an archive of NumPy, told by how it begins or breaks off, and what to do about it. */

/** Bytes as text, one character each. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', Math.max(0, start), end);
}

const SAFETENSORS = 'safetensors writes what is read here';
const PICKLE = 'it is a pickle of Python, which is never read';
const COMPRESSED = 'it is compressed; send it as it is';
const NPY_BEGINNING = '\x93NUMPY';
/** How zip archives begin: with a member, or with their end where they have none. */
const ZIP_BEGINNINGS = ['PK\x03\x04', 'PK\x05\x06'];
/** How files of other formats begin, in Latin-1, and what to send in their place. */
const FORMATS: readonly (readonly [begin: string, hint: string])[] = [
  [
    NPY_BEGINNING,
    'it is a .npy file of NumPy, one array without a name; np.savez("dump.npz", query=q, key=k, value=v) writes an .npz, which is read',
  ],
  ...ZIP_BEGINNINGS.map(
    (begin) => [begin, 'it is a zip archive; an .npz of NumPy is sent as application/x-npz'] as const,
  ),
  ['version https://git-lfs', 'it is a pointer of Git LFS, and not its file, which `git lfs pull` fetches'],
  ...['\x02', '\x03', '\x04', '\x05'].map((version) => [`\x80${version}`, `${PICKLE}; ${SAFETENSORS}`] as const),
  ['GGUF', `it is a GGUF file; ${SAFETENSORS}`],
  ['\x89HDF', `it is an HDF5 file; ${SAFETENSORS}`],
  ...['\x1f\x8b', '\x28\xb5\x2f\xfd', 'BZh'].map((begin) => [begin, COMPRESSED] as const),
];

/** What a body is that is neither JSON nor safetensors, by its first bytes, as the end of a sentence. */
function binaryFormat(body: Uint8Array): string | undefined {
  const head = latin1(body, 0, 32);
  return FORMATS.find(([begin]) => head.startsWith(begin))?.[1];
}

/** Whether a body is a zip archive by its first bytes. */
export function beginsAsZip(body: Uint8Array): boolean {
  return ZIP_BEGINNINGS.includes(latin1(body, 0, 4));
}

/** Whether a body is an array of NumPy by its first bytes. */
export function beginsAsNpy(body: Uint8Array): boolean {
  return latin1(body, 0, NPY_BEGINNING.length) === NPY_BEGINNING;
}

/** What a body is that is not safetensors. */
export function notSafetensors(body: Uint8Array): string | undefined {
  return textFormat(body) ?? binaryFormat(body);
}

/** What a body is that is not a zip archive. */
export function notArchive(body: Uint8Array): string | undefined {
  if (beginsAsZip(body)) return undefined;
  return textFormat(body) ?? (isSafetensors(body) ? AS_SAFETENSORS : binaryFormat(body));
}

function textFormat(body: Uint8Array): string | undefined {
  const head = latin1(body, 0, 32).trimStart();
  if (/^<(!doctype|html|\?xml)/i.test(head)) return 'it is a page of HTML or XML';
  if (/^(\u00ef\u00bb\u00bf)?\s*[{[]/.test(head)) return 'it is JSON; send it as application/json';
  return undefined;
}

/** What a body is that is not JSON from its first bytes on. */
export function notJson(body: Uint8Array): string | undefined {
  return isSafetensors(body) ? AS_SAFETENSORS : binaryFormat(body);
}

const AS_SAFETENSORS = 'it looks like safetensors; send it as application/vnd.safetensors';

function isSafetensors(body: Uint8Array): boolean {
  return /^.{8}\{\s*"/s.test(latin1(body, 0, 32));
}

const NOT_FINITE =
  'JSON has no NaN and no infinity, though Python writes them: −∞ in a mask is the text "-Infinity", and NaN cannot stand in any tensor';

/** What stands where a text ceases to be JSON, and what to write in its place. */
const BREAKS: readonly (readonly [RegExp, string])[] = [
  [/^-?(NaN|Infinity|inf\b|nan\b)/, NOT_FINITE],
  [/^(True|False|None)\b/, "true, false and null are JSON's words for Python's True, False and None"],
  [/^undefined\b/, 'undefined is no JSON; leave the field out'],
  [/^'/, 'names and texts stand between double quotes'],
  [/^\/[/*]/, 'JSON has no comments'],
  [/^\.\.\./, 'dots for what was left out are no JSON: send all numbers'],
];

/** What is wrong at byte `offset` of a text that ceases to be JSON there; none when it is nothing known. */
export function breakHint(text: Uint8Array, offset: number): string | undefined {
  const rest = latin1(text, offset, offset + 16);
  if (/^[\]}]/.test(rest) && /,\s*$/.test(latin1(text, offset - 64, offset))) return 'a comma stands before it';
  // `nan` begins as `null` does, and breaks off a letter later.
  const before = offset === 0 ? '' : latin1(text, offset - 1, offset);
  const word = `${/[a-z]/i.test(before) ? before : ''}${rest}`;
  return BREAKS.find(([begins]) => begins.test(rest) || begins.test(word))?.[1] ?? notJson(text);
}
