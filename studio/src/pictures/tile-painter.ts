/** Tiles as small pictures, colored once and drawn at any size: to move over a matrix is to place them anew. */
import { cellPixels } from './cells-image.ts';
import type { Palette } from './palette.ts';
import { type Strengthening, strengthsOf } from './strength.ts';

/** A colored tile has 256 kB: 100 MB of them, which is more than two screens of the largest. */
const MOST_TILES = 400;

interface Colored {
  picture: OffscreenCanvas;
  hasHidden: boolean;
}

export class TilePainter {
  #look: Strengthening | undefined;
  #palette: Palette | undefined;
  /** In the order in which they were last drawn. */
  #tiles = new Map<Float32Array, Colored>();

  /** What the numbers of a tile look like; what is hidden is clear. */
  painted(
    numbers: Float32Array,
    size: { rows: number; columns: number },
    look: Strengthening,
    palette: Palette,
  ): Colored | undefined {
    if (palette !== this.#palette || !isSame(look, this.#look)) {
      this.#tiles.clear();
      this.#palette = palette;
      this.#look = look;
    }
    const found = this.#tiles.get(numbers) ?? colored(numbers, size, look, palette);
    if (found === undefined) return undefined;
    this.#tiles.delete(numbers);
    this.#tiles.set(numbers, found);
    for (const [oldest] of this.#tiles) if (this.#tiles.size > MOST_TILES) this.#tiles.delete(oldest);
    return found;
  }
}

const isSame = (one: Strengthening, other: Strengthening | undefined) =>
  one.scale === other?.scale && one.most === other.most && one.isLog === other.isLog;

function colored(
  numbers: Float32Array,
  { rows, columns }: { rows: number; columns: number },
  look: Strengthening,
  palette: Palette,
): Colored | undefined {
  const picture = new OffscreenCanvas(columns, rows);
  const pen = picture.getContext('2d');
  if (pen === null) return undefined;
  const strengths = strengthsOf(numbers, look);
  const mark = { is: 'cells', x: 0, y: 0, cell: 1, rows, columns, strengths, scale: look.scale } as const;
  const { pixels, hasHidden } = cellPixels(mark, palette);
  pen.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  return { picture, hasHidden };
}
