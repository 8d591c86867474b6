/** Options that a file has beside its tensors, as `np.savez("dump.npz", query=q, …, is_causal=True)` writes them. */
import type { FileTensor, OpenedFile, Texts } from '../../files/tensor.ts';
import type { Options } from './options.ts';
import type { Field } from './schema.ts';
import { faultOf } from './typed-in.ts';

/** Those whose names and values the service takes; what else there is, is left. */
export async function optionsIn(files: readonly OpenedFile[], fields: readonly Field[]): Promise<Options> {
  const options: Record<string, unknown> = {};
  const take = (name: string, values: readonly unknown[]) => {
    const field = fields.find(({ path }) => path === name);
    const value = values.find((one) => field?.kinds.some((kind) => faultOf(kind, one) === undefined));
    if (field !== undefined && value !== undefined && !isDefault(field, value)) options[name] = value;
  };
  for (const { tensors, texts } of files) {
    for (const tensor of tensors) if (isOption(tensor)) take(tensor.name, [await numberIn(tensor)]);
    for (const text of texts) take(text.name, meaningsOf(text));
  }
  return options;
}

/** A number alone is no tensor of a request. */
export const isOption = ({ shape }: Pick<FileTensor, 'shape'>): boolean => shape.length === 0;

const isDefault = ({ fallback }: Field, value: unknown) =>
  fallback !== undefined && JSON.stringify(value) === JSON.stringify(fallback);

async function numberIn(tensor: FileTensor): Promise<number | boolean> {
  const [number] = await tensor.read(0, 1);
  return tensor.dtype === 'bool' ? number !== 0 : number;
}

/** A text may be one of an option, or its JSON: `lower_right`, `{"left": 2}`. */
function meaningsOf({ shape, texts }: Texts): unknown[] {
  if (shape.length === 1) return [texts];
  const [text] = texts;
  try {
    return [JSON.parse(text), text];
  } catch {
    return [text];
  }
}
