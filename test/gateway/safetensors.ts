interface Matrix {
  shape: readonly number[];
  values: Float32Array<ArrayBuffer>;
}

/** A body of float32 tensors: the length of a header in JSON (u64), the header, the numbers, all little-endian. */
export function safetensors(tensors: Record<string, Matrix>): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, values }]) => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }];
  });
  const text = JSON.stringify(Object.fromEntries(entries));
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const body = new Uint8Array(8 + header.byteLength + end);
  new DataView(body.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  body.set(header, 8);
  let at = 8 + header.byteLength;
  for (const { values } of Object.values(tensors)) {
    body.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  return body;
}
