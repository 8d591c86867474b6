import { fc, test } from '@fast-check/vitest';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { heatMap } from '../../src/text/heat-map.ts';
import { textWidth } from '../../src/text/heat-map-layout.ts';
import { anyText } from './shown-text.ts';

const SVG = { s: 'http://www.w3.org/2000/svg' };

/** Reads with libxml2, which refuses all that XML 1.0 forbids. */
function reading<T>(
  svg: string,
  read: (all: (path: string) => XmlElement[], text: (path: string) => string[]) => T,
): T {
  const document = XmlDocument.fromString(svg);
  try {
    const all = (path: string) => document.find(path, SVG) as XmlElement[];
    return read(all, (path) => all(path).map((element) => element.content));
  } finally {
    document.dispose();
  }
}

const sentence = ['The', 'cat', 'sat', 'on', 'the', 'mat'];
const even = (rows: number, columns: number) => new Float32Array(rows * columns).fill(1 / columns);
const named = (count: number) => Array.from({ length: count }, (_, i) => `word${i}`);
const ofSize = (rows: number, columns: number, panels = 1) =>
  heatMap({
    title: 'Weights',
    rows: named(rows),
    columns: named(columns),
    panels: Array.from({ length: panels }, (_, i) => ({ name: `head ${i}`, weights: even(rows, columns) })),
  });

/** The contrast of two colors by the formula of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Linear red, green and blue. */
function channels(color: string): [number, number, number] {
  const linear = (at: number) => {
    const c = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return [linear(1), linear(3), linear(5)];
}

/** CIE L*, the lightness that is seen. */
const lightness = (y: number) => (y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y);

describe('a heat map', () => {
  const weights = Float32Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 0 : (i % 6) / 15));
  const svg = heatMap({
    title: 'The cat sat on the mat',
    rows: sentence,
    columns: sentence,
    panels: [{ name: 'semantic', weights }],
  });

  it('tells its title and what it shows to those who do not see it', () => {
    reading(svg, (all, text) => {
      const [root] = all('/s:svg[@role="img"]');
      expect(root.attr('aria-labelledby')?.value.split(' ')).toEqual(
        all('/s:svg/s:title | /s:svg/s:desc').map((element) => element.attr('id')?.value),
      );
      expect(text('/s:svg/s:title')).toEqual(['The cat sat on the mat']);
      // Row "sat": (12 … 17) % 6 / 15 with 14 % 7 = 0 → 0, 1/15, 0, 3/15, 4/15, 5/15: the largest is mat's.
      expect(text('/s:svg/s:desc')[0]).toContain('sat looks most at mat (0.33)');
      expect(text('/s:svg/s:desc')[0]).toContain('6 × 6');
    });
  });

  it('labels rows and columns, and each cell with its number and its title', () => {
    reading(svg, (all, text) => {
      const labels = text('//s:text');
      for (const word of sentence) expect(labels.filter((label) => label === word).length).toBe(2);
      const titles = text('//s:rect/s:title');
      expect(titles).toHaveLength(36);
      expect(titles).toContain('sat looks at mat: 0.3333');
      expect(titles).toContain('The looks at The: 0');
      // 36 cells, of which those at multiples of 7 and of 6 are exactly 0: 6 + 6 − 1.
      expect(labels.filter((label) => /^0\.\d\d$/.test(label))).toHaveLength(36 - 11 + 1);
      expect(all('//s:linearGradient')).toHaveLength(1);
    });
  });

  it('has a legend from 0 to the largest weight', () => {
    reading(svg, (_, text) => expect(text('//s:text').slice(-4)).toEqual(['0', '0.33', 'weight', 'exactly 0']));
  });

  it('writes numbers with a contrast of at least 4.5 on their cells', () => {
    const steps = Float32Array.from({ length: 24 * 24 }, (_, i) => (i + 1) / 576);
    const all64 = heatMap({ title: '', rows: named(23), columns: named(23), panels: [{ name: '', weights: steps }] });
    reading(all64, (all) => {
      const at = (element: XmlElement, name: string) => Number(element.attr(name)?.value);
      const cells = all('//s:rect[s:title]');
      const pairs = all('//s:g[@pointer-events]/s:text').map((number) => {
        const cell = cells.find(
          (rect) =>
            at(number, 'x') > at(rect, 'x') &&
            at(number, 'x') < at(rect, 'x') + at(rect, 'width') &&
            at(number, 'y') > at(rect, 'y') &&
            at(number, 'y') < at(rect, 'y') + at(rect, 'height'),
        );
        return [cell?.attr('fill')?.value ?? '', number.attr('fill')?.value ?? ''];
      });
      expect(new Set(pairs.map(([fill]) => fill)).size).toBeGreaterThan(50);
      for (const [fill, ink] of pairs) expect(contrast(fill, ink), `${ink} on ${fill}`).toBeGreaterThanOrEqual(4.5);
    });
  });

  it('writes labels with a contrast of at least 4.5 on its ground, light and dark', () => {
    const dark = new Map(
      [...svg.matchAll(/\.(heat-map-\w+) \{ fill: (#\w{6}) \}/g)].map(([, name, fill]) => [name, fill]),
    );
    const light = new Map(
      [...svg.matchAll(/class="(heat-map-\w+)" fill="(#\w{6})"/g)].map(([, name, fill]) => [name, fill]),
    );
    for (const colors of [light, dark]) {
      for (const text of ['heat-map-ink', 'heat-map-soft']) {
        expect(contrast(colors.get(text) ?? '', colors.get('heat-map-ground') ?? '')).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('shows more weight by more light, for any color vision', () => {
    const ramp = Float32Array.from({ length: 16 }, (_, i) => (i + 1) / 16);
    const colors = reading(
      heatMap({ title: '', rows: named(1), columns: named(16), panels: [{ name: '', weights: ramp }] }),
      (all) => all('//s:rect[s:title]').map((rect) => rect.attr('fill')?.value ?? ''),
    );
    // Linear RGB as seen without one kind of cone: Viénot, Brettel & Mollon 1999 (deuteranopia, protanopia).
    const visions: ((color: string) => number)[] = [
      luminance,
      (color) => {
        const [red, green, blue] = channels(color);
        const yellow = 0.29275 * red + 0.70725 * green;
        return (0.2126 + 0.7152) * yellow + 0.0722 * (-0.02234 * red + 0.02234 * green + blue);
      },
      (color) => {
        const [red, green, blue] = channels(color);
        const yellow = 0.11238 * red + 0.88762 * green;
        return (0.2126 + 0.7152) * yellow + 0.0722 * (0.00401 * red - 0.00401 * green + blue);
      },
    ];
    for (const vision of visions) {
      const steps = colors.map((color) => lightness(vision(color)));
      for (let i = 1; i < steps.length; i++) expect(steps[i] - steps[i - 1]).toBeGreaterThan(2);
    }
  });

  it('keeps slanted and upright labels of columns a line apart', () => {
    for (const columns of [14, 30, 60, 300]) {
      reading(ofSize(columns, columns), (all) => {
        const labels = all('//s:text[@transform]');
        const places = labels.map((label) => {
          const [, x, angle] =
            /translate\(([\d.]+) -\d\) rotate\(-(45|90)\)/.exec(label.attr('transform')?.value ?? '') ?? [];
          return { x: Number(x), angle: Number(angle) };
        });
        const size = Number(labels[0].parent?.attr('font-size')?.value);
        expect(places.length).toBeGreaterThan(10);
        for (let i = 1; i < places.length; i++) {
          const apart = (places[i].x - places[i - 1].x) * Math.sin((places[i].angle * Math.PI) / 180);
          expect(apart).toBeGreaterThanOrEqual(1.2 * size);
        }
      });
    }
  });

  it('takes letters for at least as wide as they are in Helvetica', () => {
    // Widths of Adobe's font metrics (AFM), in thousandths of the font size.
    const helvetica = {
      a: 556,
      c: 500,
      f: 278,
      i: 222,
      l: 222,
      m: 833,
      n: 556,
      r: 333,
      t: 278,
      w: 722,
      A: 667,
      I: 278,
      M: 833,
      O: 778,
      W: 944,
      '0': 556,
      '1': 556,
      '@': 1015,
      '%': 889,
      '&': 667,
      '+': 584,
      '=': 584,
      '.': 278,
      ' ': 278,
      '(': 333,
      '…': 1000,
    };
    for (const [letter, width] of Object.entries(helvetica)) {
      expect(textWidth(`x${letter}x`, 1000) - textWidth('xx', 1000), letter).toBeGreaterThanOrEqual(width);
    }
  });

  it('puts several heads side by side, on one scale', () => {
    const panels = ['semantic', 'position', 'same-token'].map((name, head) => ({
      name,
      weights: new Float32Array(36).fill((head + 1) / 10),
    }));
    reading(heatMap({ title: 'Heads', rows: sentence, columns: sentence, panels }), (all, text) => {
      expect(text('//s:text').filter((label) => panels.some(({ name }) => name === label))).toEqual([
        'semantic',
        'position',
        'same-token',
      ]);
      const fills = all('//s:rect[s:title]').map((rect) => rect.attr('fill')?.value);
      expect(fills).toHaveLength(3 * 36);
      expect(new Set(fills).size).toBe(3);
      // The brightest color of the scale belongs to the largest weight of all three.
      expect(fills.at(-1)).toBe(all('//s:stop').at(-1)?.attr('stop-color')?.value);
      expect(text('/s:svg/s:desc')[0]).toContain('3 of them side by side: semantic, position, same-token.');
    });
  });

  it('draws large matrices in cells that show the largest of their weights, and says so', () => {
    const weights = new Float32Array(1000 * 1000).fill(0.0001);
    weights[500 * 1000 + 700] = 0.5;
    const large = heatMap({ title: 'Large', rows: named(1000), columns: named(1000), panels: [{ name: '', weights }] });
    expect(large.length).toBeLessThan(250_000);
    reading(large, (all, text) => {
      const [description] = text('/s:svg/s:desc');
      // 1000 / 96 → 11 rows and columns a cell.
      expect(description).toContain('A cell stands for 11 × 11 weights and shows the largest of them.');
      expect(description).toContain('Cells have no titles of their own.');
      const brightest = all('//s:stop').at(-1)?.attr('stop-color')?.value;
      const [path] = all(`//s:path[@fill="${brightest}"]`);
      // Column 700 is in cell 63, row 500 in cell 45, of 7 pixels each.
      expect(path.attr('d')?.value).toBe('M441 315h7v7h-7z');
    });
  });

  it('stays small for many long words and many heads', () => {
    const words = Array.from({ length: 39 }, () => '👨‍👩‍👧‍👦'.repeat(200));
    const panels = Array.from({ length: 40 }, (_, i) => ({ name: `head ${i}`, weights: even(39, 39) }));
    const one = heatMap({ title: 'x'.repeat(1e6), rows: words, columns: words, panels: panels.slice(0, 1) });
    expect(Buffer.byteLength(one)).toBeLessThan(2e6);
    const many = heatMap({ title: 'Heads', rows: words, columns: words, panels });
    expect(Buffer.byteLength(many)).toBeLessThan(2e6);
    reading(many, (_, text) => expect(text('/s:svg/s:desc')[0]).toContain('24 more are left out.'));
  });

  it('has nothing to show of no words', () => {
    const none = heatMap({
      title: 'Nothing',
      rows: [],
      columns: [],
      panels: [{ name: '', weights: new Float32Array(0) }],
    });
    expect(none).not.toMatch(/NaN|Infinity|undefined/);
    reading(none, (_, text) => expect(text('/s:svg/s:desc')[0]).toContain('0 × 0'));
    const noPanel = heatMap({ title: 'Nothing', rows: ['a'], columns: ['b'], panels: [], focus: 0 });
    expect(noPanel).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('marks the cells of the row that has the focus, also where a cell stands for several rows', () => {
    const frames = (rows: number, focus: number) => {
      const svg = heatMap({
        title: '',
        rows: named(rows),
        columns: named(4),
        focus,
        panels: [{ name: '', weights: even(rows, 4) }],
      });
      return [...svg.matchAll(/<rect y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*heat-map-frame/g)].map(
        ([, y, width, height]) => [Number(y) / Number(height), Number(width) / Number(height)],
      );
    };
    expect(frames(5, 3)).toEqual([[3, 4]]);
    // 192 rows are drawn in 96: row 101 is in the 51st.
    expect(frames(192, 101)).toEqual([[50, 4]]);
  });

  it('names the row that has the focus, also where not all have room for their names', () => {
    const rows = named(60);
    for (const focus of [0, 1, 2, 3, 58, 59]) {
      const svg = heatMap({
        title: '',
        rows,
        columns: named(60),
        focus,
        panels: [{ name: '', weights: even(60, 60) }],
      });
      expect(svg).toMatch(new RegExp(`<text x="-8" y="[\\d.]+" font-weight="700">word${focus}</text>`));
      const places = [...svg.matchAll(/<text x="-8" y="([\d.]+)"/g)]
        .map(([, y]) => Number(y))
        .toSorted((a, b) => a - b);
      for (const [i, y] of places.slice(1).entries()) expect(y - places[i]).toBeGreaterThan(11);
    }
  });

  test.prop([
    anyText(),
    fc.array(anyText(), { minLength: 1, maxLength: 5 }),
    fc.array(anyText(), { minLength: 1, maxLength: 5 }),
    fc.array(anyText(), { minLength: 1, maxLength: 3 }),
  ])('is well-formed and reads nothing from elsewhere, whatever the words are', (title, rows, columns, names) => {
    const size = rows.length * columns.length;
    const weights = Float32Array.from({ length: size }, (_, i) => (i % 4) / 4);
    const svg = heatMap({ title, rows, columns, panels: names.map((name) => ({ name, weights })) });
    expect(svg).not.toMatch(/[\p{Cs}]|NaN|undefined/u);
    reading(svg, (all) => {
      const elements = new Set(all('//*').map((element) => element.name));
      const known = ['svg', 'title', 'desc', 'style', 'defs', 'linearGradient', 'stop', 'rect', 'g', 'text', 'path'];
      expect([...elements].filter((name) => !known.includes(name))).toEqual([]);
      const attributes = all('//@*').map((attribute) => `${attribute.name}=${attribute.content}`);
      expect(attributes.filter((a) => /^(on|href|src)|url\((?!#)/i.test(a))).toEqual([]);
      expect(all('//s:rect[s:title]')).toHaveLength(size * names.length);
    });
  });
});
