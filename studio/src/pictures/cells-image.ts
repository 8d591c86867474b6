/** Cells as an image, one pixel a cell: a picture of 500 words has 250,000 of them, too many for elements. */
import type { CellsMark } from './mark.ts';
import type { Palette } from './palette.ts';
import { stepOf } from './scale.ts';

/** Red, green, blue and opacity of each cell; what is hidden stays clear, so that the hatching shows through. */
export function cellPixels({ strengths }: CellsMark, palette: Palette): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * strengths.length);
  for (let i = 0; i < strengths.length; i++) {
    if (Number.isNaN(strengths[i])) continue;
    const at = 3 * stepOf(strengths[i]);
    pixels.set(palette.ramp.subarray(at, at + 3), 4 * i);
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/** The same as a PNG (RFC 2083), in a URL that holds it. */
export async function cellsImage(mark: CellsMark, palette: Palette): Promise<string> {
  const { rows, columns } = mark;
  const pixels = cellPixels(mark, palette);
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
