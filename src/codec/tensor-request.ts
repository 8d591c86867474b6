import type { RequestError } from '../errors.ts';
import type { InputTensor, Precision, Tensor } from '../tensor/tensor.ts';

/** How the numbers of a tensor stand in an answer; it follows the form in which `query` came. */
export type TensorForm = 'nested' | 'flat' | 'base64';

export interface CodecLimits {
  /** The most numbers that all tensors of a request may hold together. */
  maxElements: number;
}

/** What reading is told by whoever asks for it: the limits, and a faster way where there is one. */
export interface CodecSetting extends CodecLimits {
  /** Whether no number is NaN or infinite, if there is a faster way than to look at one after another. */
  allFinite?: (data: Float32Array) => boolean;
  /** Options that a binary body may hold as tensors. */
  optionTensors?: ReadonlySet<string>;
  /** The tensor of a binary body whose float64 makes that the precision, where none is asked for. */
  precisionOf?: string;
}

/** A body that is read but not yet understood: tensors by their wire names, and all other fields as plain JSON values. */
export interface TensorRequest<Read extends InputTensor = InputTensor> {
  precision: Precision;
  /**
   * Float tensors have the dtype of `precision`, or are halves as they lie in the body where that is float32; masks may be
   * `bool`. All finite, but for −∞ in masks, and but for what `nonFinite` says.
   */
  tensors: ReadonlyMap<string, Read>;
  /** Tensors of which not all may be read, and that hold what they may not where it is read. */
  nonFinite: ReadonlyMap<string, NonFinite>;
  /** The fields that are not tensors, not yet validated. Own properties only; no prototype. */
  options: Record<string, unknown>;
  /** The form of `query`. */
  form: TensorForm;
}

/** A tensor holds numbers that are not finite, or bytes that are no booleans; whether that is a fault, the lengths of the request say. */
export interface NonFinite {
  /** The first of them. */
  first: number;
  /** The fault that element `index` is one. */
  fault(index: number): RequestError;
}

/** What a tensor of a request may hold beside finite numbers. */
export interface TensorKind {
  booleans: boolean;
  minusInfinity: boolean;
  /** Whether a single number may stand for the tensor, and the tensor among the options of a safetensors file. */
  single: boolean;
  /** Anything, where it is not read; the lengths of the request say where that is. */
  unread: boolean;
}
/** Such as kernels load, in half formats too. */
export const FINITE: TensorKind = { booleans: false, minusInfinity: false, single: false, unread: false };
export const ROWS: TensorKind = { ...FINITE, unread: true };
export const MASK: TensorKind = { ...FINITE, booleans: true, minusInfinity: true };
/** A mask of keys and queries that may be padding. */
export const PADDED_MASK: TensorKind = { ...MASK, unread: true };
/** What somebody's own code gave: it may hold anything. */
export const GIVEN: TensorKind = { ...FINITE, unread: true };
/** The same of numbers that are −∞ for rows that see nothing. */
export const GIVEN_LOGITS: TensorKind = { ...GIVEN, minusInfinity: true };
export const LOGITS: TensorKind = { ...FINITE, minusInfinity: true, single: true };

/** The tensors that a route takes. */
export type TensorFields = Readonly<Record<string, TensorKind>>;

/** A tensor of an answer, by its wire name. */
export interface AnswerTensor {
  name: string;
  tensor: Tensor;
}
