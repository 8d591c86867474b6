// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

/** Nested arrays of rank 1 to 4, row by row; or shape and data, with data as a flat list in row-major order or as base64. All numbers that are read are finite. */
export type Tensor = Vector | Matrix | Tensor3 | Tensor4 | FlatTensor | Base64Tensor;

/** Rank 1. */
export type Vector = number[];

/** Rank 2, row by row. */
export type Matrix = Vector[];

/** Rank 3: a matrix for each head. */
export type Tensor3 = Matrix[];

/** Rank 4: a batch of those. */
export type Tensor4 = Tensor3[];

/** The elements in row-major order, and their shape. */
export interface FlatTensor {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** Listed numbers are read in the precision of the request. */
  dtype?: Dtype | null | undefined;
  data: Vector;
}

/** What numbers are, as PyTorch or safetensors name it. */
export type Dtype = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'F32' | 'F64' | 'F16' | 'BF16';

/** The bytes of the elements, and their shape. */
export interface Base64Tensor {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** By default "float32". */
  dtype?: Dtype | null | undefined;
  /** The elements in row-major order, little-endian (RFC 4648). */
  data: string;
}

/** A tensor of booleans, or of numbers that are added to the scores; "-Infinity" hides a key. */
export type MaskTensor = MaskVector | MaskMatrix | MaskTensor3 | MaskTensor4 | FlatMask | Base64Mask;

/** Rank 1. */
export type MaskVector = MaskElement[];

/** In a mask of one kind only: a boolean, or a number (or −∞) that is added to a score. */
export type MaskElement = boolean | number | '-Infinity';

/** Rank 2, row by row. */
export type MaskMatrix = MaskVector[];

/** Rank 3: a matrix for each head. */
export type MaskTensor3 = MaskMatrix[];

/** Rank 4: a batch of those. */
export type MaskTensor4 = MaskTensor3[];

/** The elements in row-major order, and their shape. */
export interface FlatMask {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype?: MaskDtype | null | undefined;
  data: MaskVector;
}

/** What the elements of a mask are. */
export type MaskDtype = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'F32' | 'F64' | 'F16' | 'BF16' | 'bool';

/** The bytes of the elements, and their shape. */
export interface Base64Mask {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** By default "float32". */
  dtype?: MaskDtype | null | undefined;
  /** The elements in row-major order, little-endian (RFC 4648). */
  data: string;
}

/** A tensor of the rank of query. In the form of query, unless tensor_format asks for another. */
export type AnswerTensor = Vector | Matrix | Tensor3 | Tensor4 | FlatAnswer | Base64Answer;

/** With tensor_format flat. */
export interface FlatAnswer {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype: AnswerDtype;
  data: Vector;
}

/** As the precision asked for. */
export type AnswerDtype = 'float32' | 'float64';

/** With tensor_format base64. */
export interface Base64Answer {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype: AnswerDtype;
  /** The elements in row-major order, little-endian (RFC 4648). */
  data: string;
}
