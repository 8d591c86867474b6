/** Bodies that are bytes, for the documentation. */
import { z } from 'zod';

const bytes = (description: string) => z.string().meta({ format: 'binary', description });

const request = bytes(
  'A safetensors file with the tensors of the request by name; options as texts in `__metadata__`, each as it stands in JSON. dtypes: F64, F32, F16, BF16, BOOL.',
);
const answer = bytes(
  'A safetensors file with the tensors of the answer by name, nested ones with dots (`stats.entropy`), and `meta` as texts in `__metadata__`.',
);

/** A body in JSON or as a safetensors file. */
export const tensorBody = (json: z.ZodType) => ({
  content: {
    'application/json': { schema: json },
    'application/vnd.safetensors': { schema: request },
    'application/octet-stream': { schema: request },
  },
});

/** The same of an answer. */
export const tensorAnswer = (description: string, json: z.ZodType) => ({
  description,
  content: { 'application/json': { schema: json }, 'application/vnd.safetensors': { schema: answer } },
});
