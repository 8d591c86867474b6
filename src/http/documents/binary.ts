/** Bodies that are bytes, for the documentation. */
import { z } from 'zod';

/** Described as bytes. */
export const bytes = (description: string) => z.string().meta({ format: 'binary', description });

const request = bytes(
  'A safetensors file with the tensors of the request by name; options as texts in `__metadata__`, each as it stands in JSON. dtypes: F64, F32, F16, BF16, BOOL.',
);
const npz = bytes(
  "An archive of NumPy, as np.savez and np.savez_compressed write it: tensors by name, options as arrays of their names without dimensions (a text is JSON where the option is an object or a list) or as lists. dtypes of tensors: float64, float32, float16, bfloat16 of ml_dtypes (`V2`), integers, bool for masks; of any byte order, row by row or Fortran's. Read, too, as application/octet-stream, as application/x-www-form-urlencoded or without a type, where its first bytes tell.",
);
const npzAnswer = bytes(
  'An archive of NumPy, stored: the tensors of the answer by name, nested ones with dots (`stats.entropy`), `meta` and names as texts of JSON.',
);
const answer = bytes(
  'A safetensors file with the tensors of the answer by name, nested ones with dots (`stats.entropy`), and `meta` as texts in `__metadata__`.',
);

const LINES =
  'For a terminal, in UTF-8: a table with bars of the weights of each head; of a `focus`, what it looks at and the arithmetic that led there. Names of rows, columns and heads are those of `query_labels`, `key_labels` and `head_labels`.';
const PICTURE =
  'A heat map of the weights, in UTF-8: of the head, or of up to 16 side by side, with the names of `query_labels`, `key_labels` and `head_labels`; the row of `focus` is marked.';

/** A body in JSON, as a safetensors file or as an archive of NumPy. */
export const tensorBody = (json: z.ZodType) => ({
  content: {
    'application/json': { schema: json },
    'application/vnd.safetensors': { schema: request },
    'application/octet-stream': { schema: request },
    'application/x-npz': { schema: npz },
    'application/zip': { schema: npz },
  },
});

/** The same of an answer, and how it is shown to people. */
export const tensorAnswer = (description: string, json: z.ZodType) => ({
  description,
  content: {
    'application/json': { schema: json },
    'application/vnd.safetensors': { schema: answer },
    'application/x-npz': { schema: npzAnswer },
    'text/plain': { schema: z.string().describe(LINES) },
    'image/svg+xml': { schema: z.string().describe(PICTURE) },
  },
});
