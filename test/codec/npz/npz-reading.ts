import { attentionOptions, attentionTensorFields } from '../../../src/codec/attention-options.ts';
import { type NpzSetting, readNpz } from '../../../src/codec/npz/read.ts';
import type { TensorRequest } from '../../../src/codec/tensor-request.ts';
import { allocate, allRead, limits } from '../reading.ts';

export const setting: NpzSetting = {
  ...limits,
  maxBodyBytes: 2 ** 26,
  optionNames: new Set(Object.keys(attentionOptions.shape)),
};

/** A body of POST /attention, of which all is read. */
export function read(body: Uint8Array, more: Partial<NpzSetting> = {}): TensorRequest {
  return allRead(readNpz(body, attentionTensorFields, { ...setting, ...more }, allocate));
}
