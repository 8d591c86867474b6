/** A canvas over which one travels: dragged, zoomed by the wheel, by two fingers or by keys, and pointed at. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface Point {
  x: number;
  y: number;
}

interface MapProps {
  id: string;
  label: string;
  width: number;
  height: number;
  /** Draws all of it; called once a frame while something has changed. */
  draw(pen: CanvasRenderingContext2D, density: number): void;
  /** Whatever `draw` depends on: when it changes, it is drawn anew. */
  on: readonly unknown[];
  onMove(dx: number, dy: number): void;
  /** A factor, about a point. */
  onZoom(factor: number, at: Point): void;
  onPoint(at: Point | undefined): void;
  onPick(at: Point): void;
  /** Whether the key meant something. */
  onKey(event: KeyboardEvent): boolean;
}

/** A notch of a wheel is 100 px, or 3 lines of Firefox. */
const WHEEL = 0.0015;
const LINE = 33;
/** A finger that goes no farther has pressed, and not dragged. */
const STILL = 4;

export function MapCanvas(props: MapProps): JSX.Element {
  const { id, label, width, height } = props;
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = useRef(props);
  now.current = props;
  const drawing = useRef<number | undefined>(undefined);
  useEffect(() => {
    // Many changes of one frame are drawn once.
    drawing.current ??= requestAnimationFrame(() => {
      drawing.current = undefined;
      if (canvas.current !== null) drawOn(canvas.current, now.current);
    });
  }, [width, height, ...props.on]);
  useEffect(
    () => () => {
      if (drawing.current !== undefined) cancelAnimationFrame(drawing.current);
    },
    [],
  );
  const pointers = useRef(new Map<number, Point>());
  const gone = useRef(0);
  const at = (event: MouseEvent): Point => {
    const { left, top } = room.current?.getBoundingClientRect() ?? { left: 0, top: 0 };
    return { x: event.clientX - left, y: event.clientY - top };
  };
  // Not by onWheel: a listener that may keep the page from scrolling has to say so.
  useEffect(() => {
    const element = room.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const by = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE * event.deltaY : event.deltaY;
      now.current.onZoom(Math.exp(-WHEEL * (event.ctrlKey ? 4 * by : by)), at(event));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);
  const onPointerMove = (event: PointerEvent) => {
    const here = at(event);
    const before = pointers.current.get(event.pointerId);
    if (before === undefined) {
      now.current.onPoint(here);
      return;
    }
    const others = [...pointers.current].filter(([pointer]) => pointer !== event.pointerId).map(([, point]) => point);
    pointers.current.set(event.pointerId, here);
    gone.current += Math.hypot(here.x - before.x, here.y - before.y);
    const [other] = others;
    if (other === undefined) now.current.onMove(here.x - before.x, here.y - before.y);
    else {
      const middle = { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 };
      now.current.onMove((here.x - before.x) / 2, (here.y - before.y) / 2);
      now.current.onZoom(apart(here, other) / Math.max(1, apart(before, other)), middle);
    }
  };
  const onPointerUp = (event: PointerEvent) => {
    const isOnly = pointers.current.size === 1;
    if (pointers.current.delete(event.pointerId) && isOnly && gone.current < STILL) now.current.onPick(at(event));
  };
  return (
    <div
      ref={room}
      id={id}
      class="map"
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys travel over it.
      tabIndex={0}
      style={{ width: `${width}px`, height: `${height}px` }}
      onKeyDown={(event) => {
        if (now.current.onKey(event)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        if (pointers.current.size === 0) gone.current = 0;
        pointers.current.set(event.pointerId, at(event));
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
      onPointerLeave={() => now.current.onPoint(undefined)}
    >
      <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />
    </div>
  );
}

const apart = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);

function drawOn(canvas: HTMLCanvasElement, { width, height, draw }: MapProps): void {
  const density = Math.min(2, window.devicePixelRatio);
  const [across, down] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, width, height);
  draw(pen, density);
}
