/** What a thread does with a tile that is computed: means are made of sums, and it is written. */
import { isPooled, tileShape } from '../attention/tile.ts';
import { writeJsonAnswer } from '../codec/answer.ts';
import { writeSafetensors } from '../codec/safetensors.ts';
import { RequestError } from '../errors.ts';
import { divideSums } from '../kernels/tile-runner.ts';
import type { Task } from '../tasks/tasks.ts';
import { type Floats, floatTensor } from '../tensor/tensor.ts';

/** In JSON, as safetensors, or as the bare numbers of float32; in memory of their own. */
export function writeTile({ tile, data, dtype, format, about }: Extract<Task, { kind: 'write-tile' }>): Uint8Array[] {
  if (isPooled(tile) && tile.by === 'mean') divideSums(tile, data);
  if (format === 'float32') return [bytesOf(narrowed(tile.name, data))];
  const numbers = dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data);
  const tensors = [{ name: tile.name, tensor: floatTensor(tileShape(tile), numbers) }];
  if (format === 'safetensors') return [writeSafetensors(tensors, about)];
  return writeJsonAnswer(tensors, about, 'nested').map((piece) => piece.slice());
}

/** @throws RequestError `overflow` for what float32 has no room for: as an infinity it would say that nothing may be seen */
function narrowed(name: string, data: Floats): Float32Array {
  const numbers = Float32Array.from(data);
  if (numbers.every((x, i) => Number.isFinite(x) || !Number.isFinite(data[i]))) return numbers;
  const detail = `${name} has numbers beyond float32: ask for safetensors or JSON, which have float64`;
  throw new RequestError('overflow', detail);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
