/** Draws marks as SVG: on the page in the colors of its theme, in a file (svg-file.tsx) in those that the file names. */
import type { JSX } from 'preact';
import { type CellsMark, GLOW, type Mark, type Paint, type Rect } from './mark.ts';
import type { Look } from './palette.ts';

/** The color of a paint; `cell` is the one below. */
export type Ink = (paint: Paint | 'on-cell', cell?: Look & { strength?: number | undefined }) => string;

const byTheme: Ink = (paint) => `var(--${paint === 'on-cell' ? 'text' : paint})`;

/** A text stands on its middle in all programs that read SVG, of which some know no dominant-baseline. */
const BASELINE = 0.35;

export function Marks({
  marks,
  width,
  height,
}: {
  marks: readonly Mark[];
  width: number;
  height: number;
}): JSX.Element {
  return (
    <svg class="marks" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <defs>{glows(marks, byTheme)}</defs>
      {marks.map((mark, i) => (mark.is === 'cells' ? null : drawn(mark, i, byTheme)))}
    </svg>
  );
}

/** The lights that the marks name, each once. */
export function glows(marks: readonly Mark[], ink: Ink): JSX.Element[] {
  const paints = new Set(marks.flatMap((mark) => (mark.is === 'glow' ? [mark.paint] : [])));
  return [...paints].map((paint) => (
    <radialGradient key={paint} id={`glow-${paint}`}>
      {GLOW.map(([place, opacity]) => (
        <stop key={place} offset={place} stop-color={ink(paint)} stop-opacity={opacity} />
      ))}
    </radialGradient>
  ));
}

/** Of cells the page has a canvas, see draw.ts, and a file what svg-file.tsx makes of them. */
export function drawn(mark: Exclude<Mark, CellsMark>, i: number, ink: Ink): JSX.Element {
  switch (mark.is) {
    case 'path':
      return (
        <path
          key={i}
          d={mark.d}
          fill="none"
          stroke={ink(mark.paint)}
          stroke-width={mark.width}
          stroke-opacity={mark.opacity}
          stroke-linecap="round"
        />
      );
    case 'glow': {
      const { x, y, rx, ry, paint, opacity } = mark;
      return <ellipse key={i} cx={x} cy={y} rx={rx} ry={ry} fill={`url(#glow-${paint})`} opacity={opacity} />;
    }
    case 'dot':
      return <circle key={i} cx={mark.x} cy={mark.y} r={mark.radius} fill={ink(mark.paint)} />;
    case 'frame': {
      const { x, y, width, height, paint } = mark;
      return <rect key={i} x={x} y={y} width={width} height={height} fill="none" stroke={ink(paint)} />;
    }
    case 'bars':
      return <path key={i} d={mark.rects.map(rectangle).join('')} fill={ink(mark.paint)} />;
    case 'text':
      return (
        <text
          key={i}
          x={mark.x}
          y={mark.y + BASELINE * mark.size}
          font-size={mark.size}
          font-weight={mark.isStrong ? 600 : undefined}
          text-anchor={mark.anchor}
          transform={mark.isTurned ? `rotate(-90 ${mark.x} ${mark.y})` : undefined}
          fill={ink(mark.paint, { strength: mark.strength, paint: mark.cellPaint, scale: mark.scale })}
        >
          {mark.text}
        </text>
      );
  }
}

/** A path, so that a hundred bars are one element. */
const rectangle = ({ x, y, width, height }: Rect) =>
  `M${near(x)} ${near(y)}h${near(width)}v${near(height)}h${near(-width)}z`;
const near = (value: number) => Math.round(100 * value) / 100;
