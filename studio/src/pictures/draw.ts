/** Draws marks on a canvas. */
import { cellPixels } from './cells-image.ts';
import { type CellsMark, GLOW, type Mark, type MarkOf } from './mark.ts';
import { cellColor, type Palette } from './palette.ts';
import { inkOn } from './scale.ts';

const FONT = 'system-ui, sans-serif';

export interface Size {
  width: number;
  height: number;
  /** How much of the picture is left out above; by default nothing. */
  top?: number | undefined;
}

export function draw(
  canvas: HTMLCanvasElement,
  marks: readonly Mark[],
  { width, height, top = 0 }: Size,
  palette: Palette,
): void {
  const density = window.devicePixelRatio;
  canvas.width = Math.max(1, Math.ceil(width * density));
  canvas.height = Math.max(1, Math.ceil(height * density));
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(density, density);
  context.translate(0, -top);
  for (const mark of marks) drawMark(context, mark, palette);
}

function drawMark(context: CanvasRenderingContext2D, mark: Mark, palette: Palette): void {
  context.save();
  switch (mark.is) {
    case 'cells':
      drawCells(context, mark, palette);
      break;
    case 'text':
      drawText(context, mark, palette);
      break;
    case 'glow':
      drawGlow(context, mark, palette);
      break;
    case 'path':
      context.globalAlpha = mark.opacity;
      context.strokeStyle = palette.color(mark.paint);
      context.lineWidth = mark.width;
      context.lineCap = 'round';
      context.stroke(new Path2D(mark.d));
      break;
    case 'dot':
      context.fillStyle = palette.color(mark.paint);
      context.beginPath();
      context.arc(mark.x, mark.y, mark.radius, 0, 2 * Math.PI);
      context.fill();
      break;
    case 'frame':
      context.strokeStyle = palette.color(mark.paint);
      context.strokeRect(mark.x, mark.y, mark.width, mark.height);
      break;
    case 'bars':
      context.fillStyle = palette.color(mark.paint);
      for (const { x, y, width, height } of mark.rects) context.fillRect(x, y, width, height);
      break;
  }
  context.restore();
}

function drawText(context: CanvasRenderingContext2D, mark: MarkOf<'text'>, palette: Palette): void {
  context.translate(mark.x, mark.y);
  if (mark.isTurned) context.rotate(-Math.PI / 2);
  context.font = `${mark.isStrong ? 600 : 400} ${mark.size}px ${FONT}`;
  context.textAlign = mark.anchor === 'middle' ? 'center' : mark.anchor;
  context.textBaseline = 'middle';
  context.fillStyle =
    mark.paint === 'on-cell'
      ? inkOn(cellColor(palette, mark.strength ?? 0, { paint: mark.cellPaint, scale: mark.scale }))
      : palette.color(mark.paint);
  context.fillText(mark.text, 0, 0);
}

/** As in SVG, see svg.tsx: the same fall from the middle to the edge. */
function drawGlow(context: CanvasRenderingContext2D, mark: MarkOf<'glow'>, palette: Palette): void {
  const [red, green, blue] = palette.rgb(mark.paint);
  const gradient = context.createRadialGradient(0, 0, 0, 0, 0, 1);
  for (const [place, alpha] of GLOW) gradient.addColorStop(place, `rgb(${red} ${green} ${blue} / ${alpha})`);
  context.translate(mark.x, mark.y);
  context.scale(mark.rx, mark.ry);
  context.globalAlpha = mark.opacity;
  context.fillStyle = gradient;
  context.fillRect(-1, -1, 2, 2);
}

/** One pixel a cell, enlarged: half a million cells cost no more than some. */
function drawCells(context: CanvasRenderingContext2D, mark: CellsMark, palette: Palette): void {
  const { x, y, cell, cellHeight = cell, rows, columns } = mark;
  if (rows === 0 || columns === 0) return;
  const { pixels, hasHidden } = cellPixels(mark, palette);
  const small = new OffscreenCanvas(columns, rows);
  small.getContext('2d')?.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  const [width, height] = [columns * cell, rows * cellHeight];
  if (hasHidden) {
    context.fillStyle = hatching(context, palette);
    context.fillRect(x, y, width, height);
  }
  // Cells of less than a pixel are averaged; larger ones keep their edges.
  context.imageSmoothingEnabled = Math.min(cell, cellHeight) * window.devicePixelRatio < 1;
  context.drawImage(small, x, y, width, height);
  if (Math.min(cell, cellHeight) >= 10) drawLines(context, mark, palette);
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
  { x, y, cell, cellHeight = cell, rows, columns }: CellsMark,
  palette: Palette,
): void {
  context.fillStyle = palette.color('ground');
  for (let row = 0; row <= rows; row++) context.fillRect(x, y + row * cellHeight - 0.5, columns * cell, 1);
  for (let column = 0; column <= columns; column++) context.fillRect(x + column * cell - 0.5, y, 1, rows * cellHeight);
}
