/** Words on a line as buttons: the pointer or the keyboard's focus shows, a click picks, the arrow keys walk. */
import type { JSX, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Box, WordLine } from '../pictures/word-line.ts';

interface WordsProps {
  label: string;
  words: readonly string[];
  line: WordLine;
  top: number;
  /** How much light falls on each; undefined: none on any, and all are as bright as text. */
  light: Float32Array | undefined;
  /** Those that throw it. */
  sources: readonly number[];
  /** Those that stay lit. */
  locked: readonly number[];
  onPoint(index: number | undefined): void;
  onPick(index: number, isAdded: boolean): void;
}

/** More words than this change at once: each change would be drawn many times. */
const MANY = 60;

export function Words(props: WordsProps): JSX.Element {
  const { label, words, line, top, light, sources, locked, onPoint, onPick } = props;
  const stop = sources[0] ?? 0;
  const known = useKnownWords();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a row of buttons.
    <div
      role="group"
      class={words.length > MANY ? 'words is-many' : 'words'}
      aria-label={label}
      onPointerOver={(event) => event.pointerType === 'mouse' && onPoint(indexOf(event.target))}
      onPointerLeave={() => onPoint(undefined)}
      onFocusIn={(event) => isByKeyboard(event.target) && onPoint(indexOf(event.target))}
      onFocusOut={() => onPoint(undefined)}
      onKeyDown={(event) => walk(event, line)}
      onClick={(event) => {
        const index = indexOf(event.target);
        if (index !== undefined) onPick(index, event.shiftKey || event.metaKey || event.ctrlKey);
      }}
    >
      {words.map((word, index) =>
        known(index, {
          word,
          box: line.boxes[index],
          top,
          size: line.size,
          lit: light === undefined ? 1 : brightness(light[index], words.length > MANY ? FEW_STEPS : STEPS),
          isSource: sources.includes(index),
          isLocked: locked.includes(index),
          isStop: index === stop,
        }),
      )}
    </div>
  );
}

interface WordProps {
  word: string;
  box: Box;
  top: number;
  size: number;
  /** From 0 to 1. */
  lit: number;
  isSource: boolean;
  isLocked: boolean;
  /** Where Tab stops. */
  isStop: boolean;
}

/** The words as they were drawn last: what is the same node as before is not compared, and of 500 words few change. */
function useKnownWords(): (index: number, props: WordProps) => VNode {
  const known = useRef<{ props: WordProps; node: VNode }[]>([]);
  return (index, props) => {
    const before = known.current[index];
    if (before !== undefined && areSame(before.props, props)) return before.node;
    const node = drawn(index, props);
    known.current[index] = { props, node };
    return node;
  };
}

function areSame(one: WordProps, other: WordProps): boolean {
  return (
    one.lit === other.lit &&
    one.isSource === other.isSource &&
    one.isLocked === other.isLocked &&
    one.isStop === other.isStop &&
    one.box === other.box &&
    one.word === other.word &&
    one.top === other.top &&
    one.size === other.size
  );
}

function drawn(index: number, { word, box, top, size, lit, isSource, isLocked, isStop }: WordProps): VNode {
  return (
    <button
      key={index}
      type="button"
      class={isSource ? 'word is-source' : 'word'}
      data-index={index}
      tabIndex={isStop ? 0 : -1}
      aria-pressed={isLocked}
      style={{ left: `${box.x}px`, top: `${box.y + top}px`, 'font-size': `${size}px`, '--lit': lit }}
    >
      {word}
    </button>
  );
}

/** The eye tells little light apart better than much; in steps, so that of many words few have to change. */
const brightness = (light: number, steps: number) => Math.round(steps * Math.sqrt(Math.min(1, light))) / steps;
const STEPS = 20;
const FEW_STEPS = 5;

function indexOf(target: EventTarget | null): number | undefined {
  const button = target instanceof Element ? target.closest('button') : null;
  return button === null ? undefined : Number(button.dataset.index);
}

const isByKeyboard = (target: EventTarget | null) => target instanceof Element && target.matches(':focus-visible');

/** Moves the focus to the word beside, or to the nearest of the line above or below. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }, { boxes }: WordLine): void {
  const index = indexOf(event.target);
  if (index === undefined) return;
  const next = neighbor(event.key, index, boxes);
  if (next === undefined) return;
  event.preventDefault();
  event.currentTarget.querySelectorAll('button')[next]?.focus();
}

function neighbor(key: string, index: number, boxes: WordLine['boxes']): number | undefined {
  const last = boxes.length - 1;
  if (key === 'ArrowLeft') return Math.max(0, index - 1);
  if (key === 'ArrowRight') return Math.min(last, index + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const sign = key === 'ArrowDown' ? 1 : -1;
  const here = boxes[index];
  const away = (box: WordLine['boxes'][number]) => 1e4 * Math.abs(box.y - here.y) + Math.abs(box.x - here.x);
  const there = [...boxes.keys()].filter((other) => sign * (boxes[other].y - here.y) > 1);
  return there.sort((a, b) => away(boxes[a]) - away(boxes[b]))[0];
}
