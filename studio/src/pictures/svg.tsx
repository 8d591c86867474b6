/** Draws marks as SVG, in the colors of the page's theme. */
import type { JSX } from 'preact';
import { GLOW, type Mark, type Paint, type Rect } from './mark.ts';

const color = (paint: Paint) => `var(--${paint})`;

export function Marks({
  marks,
  width,
  height,
}: {
  marks: readonly Mark[];
  width: number;
  height: number;
}): JSX.Element {
  const glows = [...new Set(marks.flatMap((mark) => (mark.is === 'glow' ? [mark.paint] : [])))];
  return (
    <svg class="marks" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <defs>
        {glows.map((paint) => (
          <radialGradient key={paint} id={`glow-${paint}`}>
            {GLOW.map(([place, opacity]) => (
              <stop key={place} offset={place} stop-color={color(paint)} stop-opacity={opacity} />
            ))}
          </radialGradient>
        ))}
      </defs>
      {marks.map(drawn)}
    </svg>
  );
}

function drawn(mark: Mark, i: number): JSX.Element | null {
  switch (mark.is) {
    case 'path':
      return (
        <path
          key={i}
          d={mark.d}
          fill="none"
          stroke={color(mark.paint)}
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
      return <circle key={i} cx={mark.x} cy={mark.y} r={mark.radius} fill={color(mark.paint)} />;
    case 'frame': {
      const { x, y, width, height, paint } = mark;
      return <rect key={i} x={x} y={y} width={width} height={height} fill="none" stroke={color(paint)} />;
    }
    case 'bars':
      return <path key={i} d={mark.rects.map(rectangle).join('')} fill={color(mark.paint)} />;
    case 'text':
      return (
        <text
          key={i}
          x={mark.x}
          y={mark.y}
          font-size={mark.size}
          text-anchor={mark.anchor}
          dominant-baseline="central"
          transform={mark.isTurned ? `rotate(-90 ${mark.x} ${mark.y})` : undefined}
          fill={color(mark.paint === 'on-cell' ? 'text' : mark.paint)}
        >
          {mark.text}
        </text>
      );
    case 'cells':
      // Matrices are drawn on a canvas, see draw.ts.
      return null;
  }
}

/** A path, so that a hundred bars are one element. */
const rectangle = ({ x, y, width, height }: Rect) =>
  `M${near(x)} ${near(y)}h${near(width)}v${near(height)}h${near(-width)}z`;
const near = (value: number) => Math.round(100 * value) / 100;
