// The compiled AssemblyScript, and its exports as the host sees them.
import { readFileSync } from 'node:fs';

/** What the types of Node leave out of the WebAssembly that it has. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: object };
};

/** A WebAssembly global, read anew each time: the layout moves with every block. */
interface Address {
  readonly value: number;
}

/** A WebAssembly global that the host sets before `takeOptions`; 0 and 1 where it is a boolean. */
interface Option {
  value: number;
}

/** The exports of assembly/kernel.ts; addresses and strides are in bytes, everything else in numbers. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly queryRows: Address;
  readonly keyRows: Address;
  readonly valueRows: Address;
  readonly starts: Address;
  readonly ends: Address;
  readonly positions: Address;
  readonly nearestBias: Address;
  readonly biasRows: Address;
  readonly moreBiasRows: Address;
  readonly rowMax: Address;
  readonly rowSum: Address;
  readonly outputRows: Address;
  readonly scaleSize: Option;
  readonly softcapSize: Option;
  readonly slope: Option;
  readonly hasAlibi: Option;
  readonly hasBiases: Option;
  layOut(rows: number, keys: number, head: number, value: number, biasLength: number, outputLength: number): void;
  takeOptions(): void;
  takeQueries(negative: boolean): void;
  startRows(): void;
  repeatLastRow(): void;
  attendTile(tileStart: number, keys: number, biasStride: number, mayOverflow: boolean): void;
  finishRows(): void;
  scoreTile(tileStart: number, keys: number, biasStride: number, stage: number): void;
  multiplyTile(columns: number, bias: number): void;
  addBiasRow(into: number, from: number, count: number): void;
  expandMask(mask: number, into: number, count: number): void;
  largestSize(numbers: number, count: number): number;
}

const FILES = { wasm: 'attention.wasm', 'wasm-relaxed': 'attention-relaxed.wasm' } as const;

export type WasmVariant = keyof typeof FILES;

/** Both builds lie in dist/, whether this file runs from there or from src/. */
function bytesOf(variant: WasmVariant): Uint8Array {
  return readFileSync(new URL(`../../../dist/kernels/wasm/${FILES[variant]}`, import.meta.url));
}

/** Whether the runtime has relaxed SIMD (fused multiply-add): by its own word on the module that needs it. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(bytesOf('wasm-relaxed'));
}

/** @throws Error when the module is not built, or the runtime does not take it */
export function instantiate(variant: WasmVariant): WasmExports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytesOf(variant))).exports as WasmExports;
}
