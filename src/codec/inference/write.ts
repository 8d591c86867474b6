/** Tensors → an answer of the Open Inference Protocol v2: its JSON, and behind that the bytes of outputs asked for as such. */
import type { Tensor } from '../../tensor/tensor.ts';
import { type AnswerValue, writeJsonMembers } from '../answer.ts';
import type { AnswerTensor } from '../tensor-request.ts';
import type { Asked } from './asked.ts';
import { DATATYPES } from './datatypes.ts';
import { MODEL_VERSION } from './models.ts';

interface Writing {
  asked: Asked;
  parameters: Readonly<Record<string, string | number>>;
  /** Whether listed data are nested as their shapes are, and not flat. */
  isNested: boolean;
  /** Whether pieces may be views of the tensors. */
  staysInPlace: boolean;
}

/** @returns the pieces of the body, and how many bytes of it are JSON where others follow */
export function writeInference(
  tensors: readonly AnswerTensor[],
  { asked, parameters, isNested, staysInPlace }: Writing,
): { jsonBytes?: number; pieces: Uint8Array[] } {
  const byName = new Map(tensors.map(({ name, tensor }) => [name, tensor]));
  const outputs = asked.outputs ?? tensors.map(({ name }) => ({ name, isBinary: asked.isBinary }));
  const binary: Uint8Array[] = [];
  const listed = outputs.map(({ name, isBinary }) => {
    const tensor = byName.get(name);
    if (tensor === undefined) throw new Error(`the output ${name} was not computed`);
    const { shape, dtype, data } = tensor;
    const about: [string, AnswerValue][] = [
      ['name', { json: name }],
      ['shape', { json: shape }],
      ['datatype', { json: DATATYPES[dtype] }],
    ];
    if (!isBinary) return new Map([...about, ['data', isNested ? nested(tensor) : flat(tensor)]]);
    binary.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return new Map([...about, ['parameters', { json: { binary_data_size: data.byteLength } }]]);
  });
  const members = new Map<string, AnswerValue>([
    ['model_name', { json: asked.model }],
    ['model_version', { json: MODEL_VERSION }],
    ...(asked.id === undefined ? [] : [['id', { json: asked.id }] as const]),
    ['parameters', { json: parameters }],
    ['outputs', listed],
  ]);
  const json = writeJsonMembers(members, 'nested');
  if (binary.length === 0) return { pieces: json };
  const jsonBytes = json.reduce((sum, piece) => sum + piece.byteLength, 0);
  const pieces = [...json, ...binary];
  return { jsonBytes, pieces: staysInPlace ? pieces : [joined(pieces)] };
}

/** A list of one axis, even of a number that has none. */
function flat(tensor: Tensor): Tensor {
  return { ...tensor, shape: [tensor.data.length] };
}

function nested(tensor: Tensor): Tensor {
  return tensor.shape.length === 0 ? flat(tensor) : tensor;
}

/** With memory of its own, not from a pool, because a piece is handed to another thread with its memory. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
