// The peer of the whole service: Fastify, zod and onnxruntime-node, as a Node developer would join them in an afternoon.
// POST /attention with JSON, POST /raw?h&l&d with q, k and v as float32, POST /echo as the ceiling: what Fastify costs alone.
import { availableParallelism } from 'node:os';
import Fastify from 'fastify';
import ort from 'onnxruntime-node';
import { z } from 'zod';
import { attention23 } from '../onnx-graph.mjs';

const app = Fastify({ bodyLimit: 1 << 28 });
const session = await ort.InferenceSession.create(attention23({ causal: false }), {
  intraOpNumThreads: availableParallelism(),
  logSeverityLevel: 4,
});

const Matrix = z.array(z.array(z.number()));
const Body = z.looseObject({ query: Matrix, key: Matrix, value: Matrix });

function tensorOf(matrix) {
  const dim = matrix[0].length;
  const data = new Float32Array(matrix.length * dim);
  for (let row = 0; row < matrix.length; row++) data.set(matrix[row], row * dim);
  return new ort.Tensor('float32', data, [1, 1, matrix.length, dim]);
}

app.post('/echo', async () => ({ ok: true }));

app.post('/attention', async (request) => {
  const { query, key, value } = Body.parse(request.body);
  const { y } = await session.run({ q: tensorOf(query), k: tensorOf(key), v: tensorOf(value) });
  const [, , rows, dim] = y.dims;
  return { output: Array.from({ length: rows }, (_, row) => Array.from(y.data.subarray(row * dim, (row + 1) * dim))) };
});

app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.post('/raw', async (request, reply) => {
  const [h, l, d] = ['h', 'l', 'd'].map((name) => Number(request.query[name]));
  const { buffer, byteOffset, byteLength } = request.body;
  const numbers = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const length = h * l * d;
  const at = (i) => new ort.Tensor('float32', numbers.subarray(i * length, (i + 1) * length), [1, h, l, d]);
  const { y } = await session.run({ q: at(0), k: at(1), v: at(2) });
  reply.type('application/octet-stream');
  return Buffer.from(y.data.buffer, y.data.byteOffset, y.data.byteLength);
});

console.log(`listening at ${await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) })}`);
