/** A picture as a file in SVG that stands alone: all colors named, readable by whatever reads SVG, with a title and a text. */
import type { JSX } from 'preact';
import { cellsImage } from './cells-image.ts';
import type { CellsMark } from './mark.ts';
import { cellColor, type Palette } from './palette.ts';
import type { Picture } from './picture.ts';
import { inkOn, type Rgb } from './scale.ts';
import { drawn, glows, type Ink } from './svg.tsx';
import { xml } from './xml.ts';

/** More cells than these are an image: as elements they would be slow to open. */
const MOST_RECTANGLES = 2500;

export async function svgFile(
  { title, description, width, height, parts }: Picture,
  palette: Palette,
): Promise<string> {
  const ink: Ink = (paint, { strength = 0, ...look } = {}) =>
    paint === 'on-cell' ? inkOn(cellColor(palette, strength, look)) : palette.color(paint);
  const marks = parts.flatMap((part) => part.marks);
  const images = new Map<CellsMark, string>();
  for (const mark of marks) {
    if (mark.is === 'cells' && mark.strengths.length > MOST_RECTANGLES)
      images.set(mark, await cellsImage(mark, palette));
  }
  return xml(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-labelledby="title description"
      font-family="system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif"
    >
      <title id="title">{title}</title>
      <desc id="description">{description}</desc>
      <defs>
        {glows(marks, ink)}
        {hatching(ink)}
      </defs>
      <rect width={width} height={height} fill={ink('ground')} />
      {parts.map(({ x, y, marks }, i) => (
        <g key={i} transform={`translate(${x} ${y})`}>
          {marks.map((mark, k) => (mark.is === 'cells' ? cells(mark, palette, images.get(mark)) : drawn(mark, k, ink)))}
        </g>
      ))}
    </svg>,
  );
}

/** Under what cannot be seen, as on the page, see draw.ts. */
const HIDDEN = 'url(#hidden)';

function hatching(ink: Ink): JSX.Element {
  return (
    <pattern id="hidden" width={6} height={6} patternUnits="userSpaceOnUse">
      <rect width={6} height={6} fill={ink('ground')} />
      <path d="M-1 7L7 -1M-7 7L1 -1M5 7L13 -1" stroke={ink('line')} fill="none" />
    </pattern>
  );
}

function cells(mark: CellsMark, palette: Palette, image: string | undefined): JSX.Element {
  const { x, y, cell, cellHeight = cell, rows, columns, strengths } = mark;
  const [width, height] = [columns * cell, rows * cellHeight];
  const gap = Math.min(cell, cellHeight) >= 10 ? 1 : 0;
  return (
    <g>
      {image === undefined
        ? [...strengths].map((strength, i) => {
            const [left, top] = [x + (i % columns) * cell, y + Math.floor(i / columns) * cellHeight];
            const fill = Number.isNaN(strength) ? HIDDEN : hex(cellColor(palette, strength, mark));
            return (
              <rect
                key={i}
                x={left + gap / 2}
                y={top + gap / 2}
                width={cell - gap}
                height={cellHeight - gap}
                fill={fill}
              />
            );
          })
        : [
            <rect key="hidden" x={x} y={y} width={width} height={height} fill={HIDDEN} />,
            <image key="image" x={x} y={y} width={width} height={height} href={image} image-rendering="pixelated" />,
          ]}
    </g>
  );
}

const hex = (color: Rgb) => `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
