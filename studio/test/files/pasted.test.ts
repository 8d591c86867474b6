import { describe, expect, it } from 'vitest';
import { readPasted } from '../../src/files/pasted.ts';
import { FileFault } from '../../src/files/tensor.ts';
import { nest } from './nested.ts';

const reading = (text: string) => {
  const { dtype, shape, values } = readPasted(text);
  return { dtype, numbers: nest(Array.from(values), shape) };
};

const faultOf = (text: string): FileFault => {
  try {
    readPasted(text);
  } catch (fault) {
    if (fault instanceof FileFault) return fault;
    throw fault;
  }
  throw new Error('was read');
};

/** As the programs print them: NumPy 2.4, PyTorch 1.0 to 2.9, MLX 0.29, JAX 0.8. */
describe('a printout', () => {
  it.each([
    [
      'print(a) of NumPy',
      '[[ 1.e-01 -2.e-05]\n [     nan      -inf]]',
      'float64',
      [
        [0.1, -2e-5],
        [Number.NaN, -Infinity],
      ],
    ],
    [
      'repr(a) of NumPy',
      'array([[0.1, 0.2],\n       [1. , 2. ]], dtype=float32)',
      'float32',
      [
        [0.1, 0.2],
        [1, 2],
      ],
    ],
    [
      'whole numbers of NumPy',
      '[[ 1  2]\n [30 -4]]',
      'int64',
      [
        [1, 2],
        [30, -4],
      ],
    ],
    [
      'truths of NumPy',
      '[[ True False]\n [ True  True]]',
      'bool',
      [
        [1, 0],
        [1, 1],
      ],
    ],
    ['repr of truths', 'array([ True, False])', 'bool', [1, 0]],
    ['a big-endian array of NumPy', "array([1., 2.], dtype='>f4')", 'float64', [1, 2]],
    [
      'rows of NumPy over several lines',
      '[[1. 2. 3.\n  4. 5.]\n [6. 7. 8.\n  9. 0.]]',
      'float64',
      [
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9, 0],
      ],
    ],
    [
      'blocks of NumPy',
      '[[[1 2]\n  [3 4]]\n\n [[5 6]\n  [7 8]]]',
      'int64',
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    ],
    ['a list of NumPy’s numbers', '[np.float64(0.5), np.float64(-1.0), np.True_]', 'float64', [0.5, -1, 1]],
    [
      'PyTorch',
      'tensor([[0.1000, 0.2000],\n        [1.0000, 2.0000]])',
      'float32',
      [
        [0.1, 0.2],
        [1, 2],
      ],
    ],
    [
      'PyTorch with exponents',
      'tensor([[1.0000e+00, 2.5000e-08],\n        [0.0000e+00, -1.0000e+10]])',
      'float32',
      [
        [1, 2.5e-8],
        [0, -1e10],
      ],
    ],
    [
      'PyTorch on a GPU',
      "tensor([[1., -inf]], device='cuda:0', dtype=torch.float16, requires_grad=True)",
      'float16',
      [[1, -Infinity]],
    ],
    ['PyTorch within a graph', 'tensor([[0.5, 0.5]], grad_fn=<SoftmaxBackward0>)', 'float32', [[0.5, 0.5]]],
    ['PyTorch within a view', 'tensor([[0.5]], grad_fn=<ViewBackward0>)', 'float32', [[0.5]]],
    [
      'a parameter of PyTorch',
      'Parameter containing:\ntensor([[ 0.5, -0.5]], requires_grad=True)',
      'float32',
      [[0.5, -0.5]],
    ],
    [
      'PyTorch with its factor',
      'tensor(1.00000e-03 *\n       [[ 0.1000,  2.5000],\n        [ inf,  -7.0000]])',
      'float32',
      [
        [0.0001, 0.0025],
        [Infinity, -0.007],
      ],
    ],
    ['truths of PyTorch', 'tensor([[ True, False]])', 'bool', [[1, 0]]],
    ['whole numbers of PyTorch', 'tensor([1, 2, 3], dtype=torch.int32)', 'int32', [1, 2, 3]],
    ['bfloat16 of PyTorch', 'tensor([1., 2.], dtype=torch.bfloat16)', 'bfloat16', [1, 2]],
    ['one number of PyTorch', 'tensor(0.2500)', 'float32', 0.25],
    ['one number of PyTorch on a GPU', "tensor(0.2500, device='cuda:0')", 'float32', 0.25],
    ['code of PyTorch', 'q = torch.tensor([[1.0, 2.0]])', 'float32', [[1, 2]]],
    [
      'MLX',
      'array([[0.1, 0.2],\n       [1, 2]], dtype=float32)',
      'float32',
      [
        [0.1, 0.2],
        [1, 2],
      ],
    ],
    ['JAX', 'Array([[0.1, 0.2]], dtype=bfloat16)', 'bfloat16', [[0.1, 0.2]]],
    [
      'TensorFlow',
      '<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[0.1, 0.2]], dtype=float32)>',
      'float32',
      [[0.1, 0.2]],
    ],
    ['TensorFlow’s print', 'tf.Tensor([[0.1 0.2]], shape=(1, 2), dtype=float32)', 'float32', [[0.1, 0.2]]],
    [
      'lists of Python',
      '[[1, 2.5], [.5, -3],]',
      'float64',
      [
        [1, 2.5],
        [0.5, -3],
      ],
    ],
    [
      'tuples of Python',
      '[(1, 2), (3, 4)]',
      'int64',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'JSON',
      '[[0.1, "-Infinity"], [1e-3, 4]]',
      'float64',
      [
        [0.1, -Infinity],
        [0.001, 4],
      ],
    ],
    ['JSON with a name', '{"query": [[1, 2]]}', 'int64', [[1, 2]]],
    [
      'a tensor as the service writes it',
      '{"shape": [2, 1], "dtype": "float32", "data": [0.5, 2]}',
      'float32',
      [[0.5], [2]],
    ],
    [
      // 0.5 is 3f000000, 2 is 40000000 (IEEE 754).
      'a tensor in base64 as the service writes it',
      '{"shape": [2, 1], "dtype": "float32", "data": "AAAAPwAAAEA="}',
      'float32',
      [[0.5], [2]],
    ],
    ['numbers of 64 bits in base64', '{"shape": [1], "dtype": "float64", "data": "AAAAAAAA4D8="}', 'float64', [0.5]],
    ['truths in base64', '{"shape": [3], "dtype": "bool", "data": "AQAB"}', 'bool', [1, 0, 1]],
    ['an answer in base64', '{"output": {"shape": [], "data": "AAAAPw=="}}', 'float32', 0.5],
  ])('is read: %s', (_, text, dtype, numbers) => {
    expect(reading(text)).toEqual({ dtype, numbers });
  });

  it('of nothing keeps its shape', () => {
    expect(readPasted('tensor([], size=(0, 4))').shape).toEqual([0, 4]);
    expect(readPasted('[]').shape).toEqual([0]);
    expect(readPasted('[[], []]').shape).toEqual([2, 0]);
  });
});

describe('a table', () => {
  it.each([
    [
      'commas',
      '1,2\n3,4',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'commas and spaces',
      ' 1, 2\n 3, 4\n',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'semicolons',
      '1.5;2\r\n3;4\r\n',
      [
        [1.5, 2],
        [3, 4],
      ],
    ],
    [
      'semicolons, and the comma of decimals',
      '0,5;2\n3;-4,25',
      [
        [0.5, 2],
        [3, -4.25],
      ],
    ],
    [
      'tabs',
      '1\t2\n3\t4',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'spaces',
      '  1.0e+00  2\n -3   4',
      [
        [1, 2],
        [-3, 4],
      ],
    ],
    ['a header of words', 'q0,q1\n1,2', [[1, 2]]],
    [
      'the numbers of rows, as pandas has them',
      ',q0,q1\n0,0.5,2\n1,3,4',
      [
        [0.5, 2],
        [3, 4],
      ],
    ],
    [
      'a header of np.savetxt',
      '# q0 q1\n1 2\n3 4',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['quotes', '"1","2"', [[1, 2]]],
    ['one number a line', '1\n2', [[1], [2]]],
    ['a mark of its byte order', '\uFEFF1,2', [[1, 2]]],
  ])('is read, parted by %s', (_, text, numbers) => {
    expect(reading(text).numbers).toEqual(numbers);
  });
});

describe('a text that is as long as the page reads', () => {
  it.each([
    ['lines of a number', '\n', [8e6, 1]],
    ['one line of commas', ',', [1, 8e6]],
    ['one line of spaces', ' ', [1, 8e6]],
  ])('is read: %s', (_, separator, shape) => {
    const tensor = readPasted(`1${separator}`.repeat(8e6 - 1).concat('1'));
    expect(tensor.shape).toEqual(shape);
    expect(tensor.values.every((value) => value === 1)).toBe(true);
  });

  it('and no longer', () => {
    expect(faultOf('1\n'.repeat(2 ** 23 + 1)).message).toMatch(/up to 16 MiB/);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['row 2 has 1 number, row 1 has 2.', '[[1, 2], [3]]', { line: 1, column: 12 }],
    ['row 2 has 3 numbers, row 1 has 2.', '[[1 2]\n [3 4 5]]', { line: 2, column: 8 }],
    ['row 1 of block 2 has 1 number, row 1 of block 1 has 2.', '[[[1, 2]], [[3]]]', { line: 1, column: 15 }],
    ['block 2 has 1 row, block 1 has 2.', '[[[1], [2]], [[3]]]', { line: 1, column: 18 }],
    ['row 3 has 1 number, row 1 has 2.', '1,2\n3,4\n\n5', { line: 4, column: 1 }],
    ['row 2, column 2 is empty.', '1,2\n3,', { line: 2, column: 1 }],
    ['row 2, column 2: “x” is no number.', '1,2\n3,x', { line: 2, column: 3 }],
    ['“0x10” is no number.', '[1, 0x10]', { line: 1, column: 5 }],
    ['“x” is no number.', '[np.float64(0.5), x]', { line: 1, column: 19 }],
    ['“x” is no number.', '[np.float64(0.5), np.float64(x)]', { line: 1, column: 30 }],
    ['“1+2j” is no number.', '[1+2j]', { line: 1, column: 2 }],
    ['“None” is no number.', '[[1, None]]', { line: 1, column: 6 }],
    ['A number is missing before this comma.', '[1,,2]', { line: 1, column: 4 }],
    ['1 bracket is not closed.', '[[1, 2]', { line: 1, column: 8 }],
    ['After the numbers stands “[2]”: one matrix at a time.', '[1]\n[2]', { line: 1, column: 4 }],
  ])('says why, and where: %s', (message, text, place) => {
    const fault = faultOf(text);
    expect({ message: fault.message, place: fault.place }).toEqual({ message, place });
  });

  it.each([
    '[0 1 2 ... 7 8 9]',
    'tensor([[0., 1., ..., 9.]])',
    '[[1, 2],\n ...,\n [8, 9]]',
    '1 2 … 8 9',
    '0,1\n...,...',
  ])('leaves numbers out, and how to print them is said: %s', (text) => {
    const { message } = faultOf(text);
    expect(message).toContain('np.set_printoptions(threshold=sys.maxsize)');
    expect(message).toContain('torch.set_printoptions(profile="full")');
  });

  it.each([
    '',
    '  \n ',
    '[',
    ']',
    '[[',
    '[1]]]',
    '[[1], 2]',
    '[1, [2]]',
    '[[1, 2], [3, []]]',
    'words',
    '{',
    '{}',
    '{"a": 1, "b": 2}',
  ])('is no tensor: %j', (text) => {
    expect(faultOf(text).message).not.toBe('');
  });

  it('is refused, and not searched for long, however deep it is', () => {
    expect(faultOf('['.repeat(1e6)).message).toMatch(/more than 32 brackets/);
    expect(faultOf('{"a":'.repeat(1e5)).message).toMatch(/JSON/);
    expect(faultOf(`[1]${', x'.repeat(1e5)}[`).message).toMatch(/one matrix at a time/);
    expect(faultOf(`${'a'.repeat(1e6)}[1]!`).message).toMatch(/stands before the numbers/);
    expect(faultOf(`${'1'.repeat(1e6)}x[1]!`).message).toMatch(/stands before the numbers/);
  });
});
