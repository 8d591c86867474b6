/** A picture that stands alone, as a file has it: marks in parts, each at its place, in words as well. */
import type { Mark } from './mark.ts';

export interface Picture {
  title: string;
  /** What it shows, for whoever cannot see it. */
  description: string;
  width: number;
  height: number;
  parts: readonly { x: number; y: number; marks: readonly Mark[] }[];
}
