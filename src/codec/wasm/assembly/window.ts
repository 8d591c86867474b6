// The piece of text that is being read.
import { WINDOW, WINDOW_BYTES } from './memory';
import { BROKEN, LONG_NUMBER, REFILL } from './status';

/** The next byte to be read, and the one behind the last of the window. It holds 0, at which every token stops. */
export let at: usize = WINDOW;
export let end: usize = WINDOW;
/** Whether the text ends with this window. */
export let isLast: bool = false;
/** The offset of the window in the text. */
let base: i32 = 0;

/** Tells of the next window: `length` bytes from `offset` of the text on. */
export function setWindow(offset: i32, length: i32, last: bool): void {
  base = offset;
  at = WINDOW;
  end = WINDOW + <usize>length;
  isLast = last;
  v128.store(end, i64x2.splat(0));
}

// @ts-ignore: decorator
@inline
export function moveTo(place: usize): void {
  at = place;
}

/** The offset in the text of a byte of the window. */
export function offsetOf(place: usize): i32 {
  return base + <i32>(place - WINDOW);
}

/** The offset in the text of the byte that comes next. */
export function place(): i32 {
  return offsetOf(at);
}

/** What a number at `start` means that may go on behind the window: it is read again from its start. */
export function cutOff(start: usize): i32 {
  at = start;
  return start == WINDOW && end == WINDOW + <usize>WINDOW_BYTES ? LONG_NUMBER : REFILL;
}

/** What an unexpected byte at `place` means: the next window is needed, or the text is no JSON. */
export function unexpected(place: usize): i32 {
  if (place == end && !isLast) return REFILL;
  at = place;
  return BROKEN;
}

/** Moves over white space. Indented text has long runs of it, which go by sixteen bytes at a time. */
// @ts-ignore: decorator
@inline
export function skipSpace(): void {
  if (load<u8>(at) <= 0x20) at = endOfSpace(at);
}

/** The first byte from `from` on that is no space. */
export function endOfSpace(from: usize): usize {
  let p = from;
  while (true) {
    const bytes = v128.load(p);
    const space = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x0a))),
      v128.or(i8x16.eq(bytes, i8x16.splat(0x0d)), i8x16.eq(bytes, i8x16.splat(0x09))),
    );
    const others = ~i8x16.bitmask(space) & 0xffff;
    if (others != 0) {
      // What lies behind the end is of earlier windows, but the 0 at the end is no space.
      return p + <usize>ctz(others);
    }
    p += 16;
  }
}
