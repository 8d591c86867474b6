import { XmlDocument, XmlElement } from 'libxml2-wasm';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { cellsImage } from '../../src/pictures/cells-image.ts';
import type { CellsMark, Mark } from '../../src/pictures/mark.ts';
import { palette } from '../../src/pictures/palette.ts';
import { svgFile } from '../../src/pictures/svg-file.tsx';

/** Black ground, white light: the scale between them is gray. */
const colors = palette((name) => ({ '--raised': '#000000', '--light': '#ffffff' })[name] ?? '#123456');

/** What libxml2 reads, which refuses what is no XML. */
async function read(title: string, marks: readonly Mark[]) {
  const svg = await svgFile(
    { title, description: 'words', width: 100, height: 50, parts: [{ x: 10, y: 20, marks }] },
    colors,
  );
  using document = XmlDocument.fromString(svg);
  const elements = (name: string) =>
    document.find(`//*[local-name()="${name}"]`).filter((node) => node instanceof XmlElement);
  const all = (name: string) =>
    elements(name).map((element) => ({
      content: element.content,
      attributes: Object.fromEntries(element.attrs.map(({ name, value }) => [name, value])),
    }));
  return {
    svg,
    texts: all('text'),
    rects: all('rect'),
    images: all('image'),
    titles: all('title'),
    notes: all('desc'),
  };
}

const text = (content: string): Mark => ({
  is: 'text',
  x: 1,
  y: 10,
  text: content,
  size: 20,
  anchor: 'middle',
  paint: 'quiet',
});
const cells: CellsMark = {
  is: 'cells',
  x: 0,
  y: 0,
  cell: 10,
  rows: 1,
  columns: 3,
  strengths: Float32Array.of(0, 1, Number.NaN),
};

describe('a picture as a file', () => {
  it('is XML, whatever the words are', async () => {
    const { texts, titles, notes } = await read('a < b & "c"', [text('<&>"\'\u0000\u0008😀]]>')]);
    expect(texts[0].content).toBe('<&>"\'\uFFFD\uFFFD😀]]>');
    expect(titles[0].content).toBe('a < b & "c"');
    expect(notes[0].content).toBe('words');
  });

  it('names its colors, and asks for nothing', async () => {
    const { svg } = await read('title', [text('word'), cells]);
    expect(svg).not.toMatch(/var\(|class=|style=/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect([...svg.matchAll(/url\((.*?)\)/g)].map(([, target]) => target)).toEqual(['#hidden']);
  });

  it('has a rectangle a cell, and hatches what is hidden', async () => {
    const { rects } = await read('title', [cells]);
    const fills = rects.map(({ attributes }) => attributes.fill);
    // Of the hatching, of the ground, and of three cells.
    expect(fills.slice(-3)).toEqual(['#000000', '#ffffff', 'url(#hidden)']);
  });

  it('writes black on what is bright and white on what is dark', async () => {
    const on = (strength: number): Mark => ({ ...text('0'), is: 'text', paint: 'on-cell', strength }) as Mark;
    const { texts } = await read('title', [on(0), on(1)]);
    expect(texts.map(({ attributes }) => attributes.fill)).toEqual(['#ffffff', '#000000']);
  });

  it('has an image of many cells, with their colors', async () => {
    const rows = 60;
    const strengths = Float32Array.from({ length: rows * rows }, (_, i) => (i % 2 === 0 ? 1 : 0));
    strengths[rows] = Number.NaN;
    const many: CellsMark = { ...cells, rows, columns: rows, strengths };
    const { images } = await read('title', [many]);
    const [, data] = (await cellsImage(many, colors)).split(',');
    expect(images[0].attributes.href).toBe(`data:image/png;base64,${data}`);
    // Read by another hand than that which wrote it.
    const png = PNG.sync.read(Buffer.from(data, 'base64'));
    expect([png.width, png.height]).toEqual([rows, rows]);
    expect([...png.data.subarray(0, 8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 255]);
    expect(png.data[4 * rows + 3]).toBe(0);
  });
});
