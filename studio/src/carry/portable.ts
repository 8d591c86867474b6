/** What a view gives to whoever takes it along: its picture, its numbers, and the question that they answer. */
import type { Tensor } from '../files/tensor.ts';
import type { Picture } from '../pictures/picture.ts';
import type { Table } from './csv.ts';
import type { SinglePage } from './single-page.ts';

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
  /** Undefined where there is none to be copied, as of somebody else's film. */
  asked: Asked | undefined;
  /** Why there is none, as a sentence; by default, that somebody else has it. */
  unasked?: string;
  /** The same numbers by name, heads first, as files have them; made when they are asked for. */
  tensors(): readonly Tensor[];
  /** The same as a page that needs no server: its matrices, and the words in light above them where there are words. */
  single(): SinglePage;
}

/** A file name of a text: its letters and digits, cut where it grows long. */
export function fileNameOf(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return ['spotlight', ...words].join('-').slice(0, 48).replace(/-$/, '');
}
