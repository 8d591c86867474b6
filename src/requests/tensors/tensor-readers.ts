import { readJson } from '../../codec/json/json.ts';
import type { BodyFormat } from '../../codec/media-type.ts';
import { type NpzSetting, readNpz } from '../../codec/npz/read.ts';
import { readSafetensors } from '../../codec/safetensors.ts';
import type { TensorFields, TensorRequest } from '../../codec/tensor-request.ts';
import type { Memory } from '../../tensor/memory.ts';

/** Bytes → tensors and options, of fields that the route has. @throws RequestError */
export type TensorReader = (
  body: Uint8Array,
  fields: TensorFields,
  setting: NpzSetting,
  memory: Memory,
) => TensorRequest;

/** How each of our own formats is read. */
export const TENSOR_READERS: Readonly<Record<BodyFormat, TensorReader>> = {
  json: readJson,
  safetensors: readSafetensors,
  npz: readNpz,
};
