/** Cells as an image, one pixel a cell: a picture of 500 words has 250,000 of them, too many for elements. */
import type { CellsMark } from './mark.ts';
import { colorsOf, type Palette } from './palette.ts';

/** Red, green, blue and opacity of each cell; what is hidden stays clear, so that the hatching shows through. */
export function cellPixels(
  { strengths, paint, scale }: CellsMark,
  palette: Palette,
): { pixels: Uint8ClampedArray<ArrayBuffer>; hasHidden: boolean } {
  const pixels = new Uint8ClampedArray(4 * strengths.length);
  const words = new Uint32Array(pixels.buffer);
  const { bytes, step } = colorsOf(palette, { paint, scale });
  const colors = wordsOf(bytes);
  let hasHidden = false;
  for (let i = 0; i < strengths.length; i++) {
    if (Number.isNaN(strengths[i])) hasHidden = true;
    else words[i] = colors[step(strengths[i])];
  }
  return { pixels, hasHidden };
}

/** The colors of each scale as whole pixels, which are set ten times as fast as their bytes one by one. */
const known = new WeakMap<Uint8ClampedArray, Uint32Array>();

function wordsOf(bytes: Uint8ClampedArray): Uint32Array {
  const before = known.get(bytes);
  if (before !== undefined) return before;
  const made = new Uint32Array(bytes.length / 3);
  // Little-endian, as the machines that pages run on.
  for (let i = 0; i < made.length; i++) {
    made[i] = ((255 << 24) | (bytes[3 * i + 2] << 16) | (bytes[3 * i + 1] << 8) | bytes[3 * i]) >>> 0;
  }
  known.set(bytes, made);
  return made;
}

/** The same as a PNG (RFC 2083), in a URL that holds it. */
export async function cellsImage(mark: CellsMark, palette: Palette): Promise<string> {
  const { rows, columns } = mark;
  const { pixels } = cellPixels(mark, palette);
  const lines = new Uint8Array(rows * (1 + 4 * columns));
  // Each line begins with the number of its filter: 0, none.
  for (let row = 0; row < rows; row++)
    lines.set(pixels.subarray(4 * row * columns, 4 * (row + 1) * columns), row * (1 + 4 * columns) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, columns);
  view.setUint32(4, rows);
  // 8 bits a channel, red, green, blue and opacity.
  header.set([8, 6], 8);
  const parts = [chunk('IHDR', header), chunk('IDAT', await deflated(lines)), chunk('IEND', new Uint8Array())];
  return `data:image/png;base64,${base64([SIGNATURE, ...parts])}`;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = name.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function base64(parts: readonly Uint8Array[]): string {
  let text = '';
  for (const part of parts) for (const byte of part) text += String.fromCharCode(byte);
  return btoa(text);
}
