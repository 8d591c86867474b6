/**
 * Requests and answers of the Open Inference Protocol, made and read by its text alone (inference_rest.md, and Triton's
 * extension_binary_data.md): nothing of the server is imported.
 */

export interface SentInput {
  name: string;
  shape: readonly number[];
  datatype: string;
  /** Its bytes, to stand behind the JSON. */
  bytes?: Uint8Array;
  /** Its elements, to stand in the JSON. */
  data?: unknown;
}

export interface SentFrame {
  id?: string;
  parameters?: Record<string, unknown>;
  outputs?: object[];
  inputs: readonly SentInput[];
}

export interface Framed {
  body: Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

/** A request as tritonclient frames it: without Content-Type, and with the length of its JSON where bytes follow. */
export function framed({ inputs, ...others }: SentFrame): Framed {
  const described = inputs.map(({ bytes, data, ...about }) =>
    bytes === undefined ? { ...about, data } : { ...about, parameters: { binary_data_size: bytes.byteLength } },
  );
  const json = Buffer.from(JSON.stringify({ ...others, inputs: described }));
  const binary = inputs.flatMap(({ bytes }) => bytes ?? []);
  return {
    body: Uint8Array.from(Buffer.concat([json, ...binary])),
    headers: binary.length === 0 ? {} : { 'Inference-Header-Content-Length': String(json.length) },
  };
}

export interface ReadOutput {
  shape: number[];
  datatype: string;
  data: number[];
}

export interface ReadAnswer {
  status: number;
  /** The JSON of the answer. */
  json: Record<string, unknown>;
  outputs: Record<string, ReadOutput>;
}

const READERS: Record<string, (bytes: ArrayBuffer) => number[]> = {
  FP32: (bytes) => [...new Float32Array(bytes)],
  FP64: (bytes) => [...new Float64Array(bytes)],
};

export async function unframed(answer: Response): Promise<ReadAnswer> {
  const body = await answer.arrayBuffer();
  const length = answer.headers.get('Inference-Header-Content-Length');
  const json = JSON.parse(new TextDecoder().decode(length === null ? body : body.slice(0, Number(length))));
  const outputs: Record<string, ReadOutput> = {};
  let at = Number(length ?? body.byteLength);
  for (const { name, shape, datatype, data, parameters } of json.outputs ?? []) {
    const size = parameters?.binary_data_size;
    const bytes = body.slice(at, at + (size ?? 0));
    at += size ?? 0;
    const numbers = size === undefined ? [data].flat(9).map(Number) : READERS[datatype](bytes);
    outputs[name] = { shape, datatype, data: numbers };
  }
  if (at !== body.byteLength) throw new Error(`the answer has ${body.byteLength} bytes, but tells of ${at}`);
  return { status: answer.status, json, outputs };
}

export async function infer(url: string, { body, headers }: Framed, model = 'attention'): Promise<ReadAnswer> {
  return await unframed(await fetch(`${url}/v2/models/${model}/infer`, { method: 'POST', headers, body }));
}

/** The bytes of numbers, little-endian. */
export const FP32 = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
export const FP64 = (...numbers: number[]) => new Uint8Array(Float64Array.from(numbers).buffer);
