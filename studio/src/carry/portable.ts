/** What a view gives to whoever takes it along: its picture, its numbers, and the question that they answer. */
import type { Picture } from '../pictures/picture.ts';
import type { Table } from './csv.ts';

/** A request: a method of SpotlightClient, or what is beside it, and what it is given; or a file that is sent as it is. */
export type Asked = { method: 'attention' | 'multiHead' | 'text' | 'diagnose'; body: object } | { dump: DumpFile };

/** A file that somebody has, by its name and media type. */
export interface DumpFile {
  name: string;
  type: string;
}

export interface Portable {
  /** Of the files, without an ending. */
  fileName: string;
  picture: Picture;
  /** The numbers of the picture, all digits of them. */
  table: Table;
  /** Undefined where the page does not know it, as of somebody else's film. */
  asked: Asked | undefined;
  /** Then, why not; by default, that somebody else has it. */
  whyNotAsked?: string;
}

/** A file name of a text: its letters and digits, cut where it grows long. */
export function fileNameOf(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return ['spotlight', ...words].join('-').slice(0, 48).replace(/-$/, '');
}
