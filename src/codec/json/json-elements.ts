/** The elements of nested arrays, or of a flat list, as WebAssembly reads them; and what is wrong with them. */
import { pointerTo, RequestError } from '../../errors.ts';
import { checkRank, positionOf, type TensorReading } from '../elements.ts';
import { bytes, REGION, Result, result, resultList, wasm } from '../wasm/module.ts';
import type { JsonText } from './json-text.ts';

// What is wrong, as wasm/assembly/tensor.ts numbers it. Between the two: the axis on which an array is uneven.
const FAULT_EMPTY = 0;
const FAULT_LIMIT = 4;
const FAULT_ELEMENT = 5;

const MAX_RANK = 4;
const MAX_INT32 = 2 ** 31 - 1;
const OPEN_ARRAY = 0x5b;
/** The first bytes of numbers and booleans. */
const SCALARS = [...Buffer.from('-0123456789tf')];

interface Fault {
  kind: number;
  /** The indices of the item that is wrong, its first byte, and its length if it is an array. */
  path: number[];
  character: number;
  length: number;
}

function faultFound(): Fault | undefined {
  const kind = result(Result.fault);
  if (kind > FAULT_ELEMENT) return undefined;
  return {
    kind,
    path: resultList(Result.faultPath, result(Result.faultDepth)),
    character: result(Result.faultCharacter),
    length: result(Result.faultLength),
  };
}

/**
 * Elements in the dtype of their tensor. Invariant: the last `#restBytes` bytes of them lie in the region of the
 * WebAssembly memory, until the next array is read; those before, which only a large tensor has, in `#pieces`.
 */
export class JsonElements {
  /** The length of each axis. */
  readonly shape: readonly number[];
  readonly total: number;
  readonly isBoolean: boolean;
  readonly #reading: TensorReading;
  readonly #form: 'nested' | 'flat';
  readonly #fault: Fault | undefined;
  readonly #pieces: readonly Uint8Array[];
  readonly #restBytes: number;

  private constructor(reading: TensorReading, form: 'nested' | 'flat', pieces: readonly Uint8Array[]) {
    this.shape = resultList(Result.shape, result(Result.rank));
    this.total = result(Result.total);
    this.isBoolean = result(Result.isBoolean) !== 0;
    this.#reading = reading;
    this.#form = form;
    this.#fault = faultFound();
    this.#pieces = pieces;
    this.#restBytes = result(Result.storedBytes);
  }

  /** Reads the array that comes next in `text`. No more elements are kept than the budget has left. */
  static read(text: JsonText, reading: TensorReading, form: 'nested' | 'flat'): JsonElements {
    const { precision, kind, budget } = reading;
    const pieces: Uint8Array[] = [];
    wasm.beginTensor(precision === 'float64', kind.minusInfinity, form === 'flat', Math.min(budget.left, MAX_INT32));
    text.readTensor(() => {
      // What is wrong already will not be computed with.
      if (result(Result.fault) > FAULT_ELEMENT) pieces.push(bytes.slice(REGION, REGION + result(Result.storedBytes)));
      wasm.emptyRegion();
    });
    return new JsonElements(reading, form, pieces);
  }

  copyInto(tensor: Uint8Array): void {
    let at = 0;
    for (const piece of this.#pieces) {
      tensor.set(piece, at);
      at += piece.byteLength;
    }
    tensor.set(bytes.subarray(REGION, REGION + this.#restBytes), at);
  }

  /** The pointer to element `index` of checked elements. */
  pointerTo(index: number): string {
    return this.#pointer(this.#form === 'flat' ? [index] : positionOf(index, this.shape));
  }

  /** @throws RequestError `invalid_rank` for arrays that nest deeper than any tensor */
  checkDepth(): void {
    const { field } = this.#reading;
    const isTooDeep = this.#fault?.kind === FAULT_EMPTY && this.#fault.character === OPEN_ARRAY;
    if (isTooDeep) checkRank(MAX_RANK + 1, field, pointerTo(field));
  }

  /**
   * Every array of an axis has the length of the first one.
   * @throws RequestError for what does not
   */
  checkShape(): void {
    const { field } = this.#reading;
    this.checkDepth();
    if (this.#fault === undefined || this.#fault.kind >= FAULT_LIMIT) return;
    const { kind, path, character, length } = this.#fault;
    if (kind === FAULT_EMPTY) {
      const detail = `${field} has an empty array, which does not tell its shape; a tensor without numbers is {"shape": […], "data": []}`;
      throw new RequestError('empty_tensor', detail, { pointer: this.#pointer(path) });
    }
    const pointer = this.#pointer(path);
    if (character === OPEN_ARRAY) {
      const detail = `The array at ${pointer} has ${length} elements, but the first one beside it has ${this.shape[kind]}`;
      throw new RequestError('ragged_array', detail, { pointer });
    }
    if (SCALARS.includes(character)) {
      const detail = `${pointer} must be an array, as the first one beside it is`;
      throw new RequestError('ragged_array', detail, { pointer });
    }
    throw new RequestError('invalid_tensor', `${pointer} must be an array of numbers`, { pointer });
  }

  /**
   * Every element is a number, or what else a mask may hold.
   * @throws RequestError for the first that is not
   */
  checkElements(): void {
    if (this.#fault?.kind !== FAULT_ELEMENT) return;
    throw this.#oddElement(this.#fault.path, this.#fault.character, this.isBoolean);
  }

  /** The first element, which must be a boolean or must not. */
  oddFirst(mustBeBoolean: boolean): RequestError {
    const character = this.#fault?.path[0] === 0 ? this.#fault.character : 0;
    return this.#oddElement([0], character, mustBeBoolean);
  }

  #oddElement(path: number[], character: number, mustBeBoolean: boolean): RequestError {
    const pointer = this.#pointer(path);
    const number = this.#reading.kind.minusInfinity ? 'a number or "-Infinity"' : 'a number';
    const expected = mustBeBoolean ? 'true or false, as the first element is' : number;
    const code = character === OPEN_ARRAY ? 'ragged_array' : 'invalid_tensor';
    return new RequestError(code, `${pointer} must be ${expected}`, { pointer });
  }

  #pointer(path: readonly number[]): string {
    const { field } = this.#reading;
    return this.#form === 'flat' ? pointerTo(field, 'data', ...path) : pointerTo(field, ...path);
  }
}
