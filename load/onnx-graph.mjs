// Writes the ONNX graphs that the peer runs, by hand: one node each, so that no file of unknown origin is needed.
// ONNX is protobuf, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; the numbers below are its field numbers.

const FLOAT = 1;

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** A field of a protobuf message: a whole number, a string, or a message given as its bytes. */
function field(number, value) {
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const message = (...fields) => Buffer.concat(fields);

/** A float tensor of known rank; its sizes are left open. */
function valueInfo(name, rank) {
  const dims = Array.from({ length: rank }, () => field(1, message()));
  const tensor = message(field(1, FLOAT), field(2, message(...dims)));
  return message(field(1, name), field(2, message(field(1, tensor))));
}

/** A model of one operator with whole-number attributes; its one output is `y`. */
function oneNode({ op, domain = '', opset, attributes = {}, inputs, rank }) {
  const INT = 2;
  const node = message(
    ...inputs.map((name) => field(1, name)),
    field(2, 'y'),
    field(4, op),
    ...Object.entries(attributes).map(([name, i]) => field(5, message(field(1, name), field(3, i), field(20, INT)))),
    field(7, domain),
  );
  const graph = message(
    field(1, node),
    field(2, 'g'),
    ...inputs.map((name) => field(11, valueInfo(name, rank))),
    field(12, valueInfo('y', rank)),
  );
  const opsets = [message(field(1, ''), field(2, domain === '' ? opset : 17))];
  if (domain !== '') opsets.push(message(field(1, domain), field(2, opset)));
  const irVersion = opset >= 23 ? 10 : 8;
  return message(field(1, irVersion), field(7, graph), ...opsets.map((o) => field(8, o)));
}

/** ONNX Attention-23 over [1, H, L, D]. */
export function attention23({ causal }) {
  return oneNode({
    op: 'Attention',
    opset: 23,
    attributes: { is_causal: Number(causal) },
    inputs: ['q', 'k', 'v'],
    rank: 4,
  });
}

/** Microsoft's fused attention over [1, L, H·D]. */
export function fusedMultiHead({ heads, causal }) {
  const attributes = { num_heads: heads, unidirectional: Number(causal) };
  const inputs = ['q', 'k', 'v'];
  return oneNode({ op: 'MultiHeadAttention', domain: 'com.microsoft', opset: 1, attributes, inputs, rank: 3 });
}

/** y = a·bᵀ, as a Linear layer whose weights come with the request. */
export function matrixProduct() {
  return oneNode({ op: 'Gemm', opset: 17, attributes: { transB: 1 }, inputs: ['a', 'b'], rank: 2 });
}
