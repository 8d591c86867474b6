// The compiled AssemblyScript, its exports as the host sees them, and its memory.
import { readFileSync } from 'node:fs';
import { powersOfFive } from './powers.ts';

/** What the types of Node leave out of the WebAssembly that it has. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Record<string, Record<string, unknown>>) => { readonly exports: object };
};

/** A constant place in memory. */
interface Place {
  readonly value: number;
}

/** The exports of assembly/json.ts. Places are addresses in memory, offsets count bytes of the text. */
interface JsonExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly WINDOW: Place;
  readonly WINDOW_BYTES: Place;
  readonly REGION: Place;
  readonly REGION_BYTES: Place;
  readonly POWERS: Place;
  readonly RESULTS: Place;
  readonly SIZES: Place;
  begin(arrays: number, objects: number, items: number): void;
  setWindow(offset: number, length: number, isLast: boolean): void;
  place(): number;
  peek(): number;
  walk(watched: number): number;
  walkItems(watched: number): number;
  hasWideCharacters(): number;
  passNumber(value: number): void;
  beginTensor(isWide: boolean, isMask: boolean, isList: boolean, most: number): void;
  readTensor(): number;
  emptyRegion(): void;
  beginWriting(rank: number): void;
  writeElements(from: number, count: number, kind: number, to: number): number;
}

/** One instance a thread: reading a body and writing an answer are each done in one go, so they share its memory. */
export const wasm = instantiate();

/** All memory of the module, which never moves: as text, as plain bytes, which are faster to copy, and as numbers. */
export const memory = Buffer.from(wasm.memory.buffer);
export const bytes = new Uint8Array(wasm.memory.buffer);
export const integers = new Int32Array(wasm.memory.buffer);

export const WINDOW = wasm.WINDOW.value;
export const WINDOW_BYTES = wasm.WINDOW_BYTES.value;
export const REGION = wasm.REGION.value;
export const REGION_BYTES = wasm.REGION_BYTES.value;
export const SIZES = wasm.SIZES.value;
const RESULTS = wasm.RESULTS.value / 4;

/** What the module tells beside why it stopped, as assembly/results.ts numbers it. */
export const Result = {
  nameStart: 0,
  nameEnd: 1,
  rank: 2,
  total: 3,
  isBoolean: 4,
  storedBytes: 5,
  fault: 6,
  faultDepth: 7,
  faultCharacter: 8,
  faultLength: 9,
  shape: 10,
  faultPath: 14,
} as const;

export function result(name: (typeof Result)[keyof typeof Result]): number {
  return integers[RESULTS + name];
}

/** The first `count` integers of a list of results. */
export function resultList(name: (typeof Result)[keyof typeof Result], count: number): number[] {
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push(integers[RESULTS + name + i]);
  return list;
}

const powers = powersOfFive();
new BigUint64Array(wasm.memory.buffer, wasm.POWERS.value, powers.length).set(powers);

/** @throws Error when the module is not built */
function instantiate(): JsonExports {
  // It lies in dist/, whether this file runs from there or from src/.
  const code = readFileSync(new URL('../../../dist/codec/wasm/json.wasm', import.meta.url));
  const host = {
    readNumber: (from: number, to: number): number => Number(memory.toString('latin1', from, to)),
    writeNumber: (value: number, to: number): number => to + memory.write(textOf(value), to, 'latin1'),
  };
  return new WebAssembly.Instance(new WebAssembly.Module(code), { host }).exports as JsonExports;
}

/** JSON knows the sign of zero, which String() leaves out, and has no infinity. */
function textOf(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isNaN(value)) throw new Error('an answer holds NaN');
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}
