/** Draws marks on a canvas. */
import { cellPixels } from './cells-image.ts';
import type { CellsMark, Mark } from './mark.ts';
import { cellColor, type Palette } from './palette.ts';
import { inkOn } from './scale.ts';

const FONT = 'system-ui, sans-serif';

export interface Size {
  width: number;
  height: number;
}

export function draw(
  canvas: HTMLCanvasElement,
  marks: readonly Mark[],
  { width, height }: Size,
  palette: Palette,
): void {
  const density = window.devicePixelRatio;
  canvas.width = Math.max(1, Math.ceil(width * density));
  canvas.height = Math.max(1, Math.ceil(height * density));
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(density, density);
  for (const mark of marks) drawMark(context, mark, palette);
}

function drawMark(context: CanvasRenderingContext2D, mark: Mark, palette: Palette): void {
  if (mark.is === 'cells') drawCells(context, mark, palette);
  if (mark.is !== 'text') return;
  context.save();
  context.translate(mark.x, mark.y);
  if (mark.isTurned) context.rotate(-Math.PI / 2);
  context.font = `${mark.isStrong ? 600 : 400} ${mark.size}px ${FONT}`;
  context.textAlign = mark.anchor === 'middle' ? 'center' : mark.anchor;
  context.textBaseline = 'middle';
  context.fillStyle =
    mark.paint === 'on-cell' ? inkOn(cellColor(palette, mark.strength ?? 0)) : palette.color(mark.paint);
  context.fillText(mark.text, 0, 0);
  context.restore();
}

/** One pixel a cell, enlarged: half a million cells cost no more than some. */
function drawCells(context: CanvasRenderingContext2D, mark: CellsMark, palette: Palette): void {
  const { x, y, cell, rows, columns } = mark;
  if (rows === 0 || columns === 0) return;
  const pixels = new ImageData(cellPixels(mark, palette), columns, rows);
  const small = new OffscreenCanvas(columns, rows);
  small.getContext('2d')?.putImageData(pixels, 0, 0);
  const [width, height] = [columns * cell, rows * cell];
  context.fillStyle = hatching(context, palette);
  context.fillRect(x, y, width, height);
  // Cells of less than a pixel are averaged; larger ones keep their edges.
  context.imageSmoothingEnabled = cell * window.devicePixelRatio < 1;
  context.drawImage(small, x, y, width, height);
  if (cell >= 10) drawLines(context, mark, palette);
}

function hatching(context: CanvasRenderingContext2D, palette: Palette): CanvasPattern | string {
  const tile = new OffscreenCanvas(6, 6);
  const pen = tile.getContext('2d');
  if (pen === null) return palette.color('ground');
  pen.fillStyle = palette.color('ground');
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = palette.color('line');
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift - 1, 7);
    pen.lineTo(shift + 7, -1);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? palette.color('ground');
}

/** Between cells, in the color of the ground. */
function drawLines(
  context: CanvasRenderingContext2D,
  { x, y, cell, rows, columns }: CellsMark,
  palette: Palette,
): void {
  context.fillStyle = palette.color('ground');
  for (let row = 0; row <= rows; row++) context.fillRect(x, y + row * cell - 0.5, columns * cell, 1);
  for (let column = 0; column <= columns; column++) context.fillRect(x + column * cell - 0.5, y, 1, rows * cell);
}
