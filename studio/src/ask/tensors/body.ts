/** Tensors and options → the JSON body of POST /attention: exact numbers, nested where they are few, else their bytes. */
import { base64Of } from '../../files/base64.ts';
import { countOf } from '../../files/tensor.ts';
import { type Entry, isLoaded, type Loaded, nested } from './entry.ts';
import { type Options, withOption } from './options.ts';
import type { Role } from './schema.ts';

/** More are bytes, in base64: these are read by people, and the service can point at one. */
const MOST_NESTED = 4096;

/** @param roles where tensors may stand; those of roles that are not among them are not sent */
export function bodyOf(entries: readonly Entry[], options: Options, roles: readonly Role[]): Record<string, unknown> {
  const tensors = roles.filter(({ isTensor }) => isTensor);
  const lists = roles.filter(({ isTensor }) => !isTensor);
  const placed = (role: Role) => entries.filter(isLoaded).find((entry) => entry.role === role.path);
  const body: Record<string, unknown> = {};
  for (const role of tensors) {
    const entry = placed(role);
    if (entry !== undefined) body[role.path] = tensorOf(entry);
  }
  const withLists = lists.reduce((all, role) => {
    const entry = placed(role);
    return entry === undefined
      ? all
      : withOption(
          all,
          role.path,
          nested(entry.shape, (i) => entry.values[i]),
        );
  }, options);
  return { ...body, ...withLists };
}

/** Nested in JSON, or its shape with its bytes in base64. NaN and ∞, which JSON has no numbers for, are told by the service. */
export function tensorOf({ shape, dtype, values }: Loaded): unknown {
  const isBoolean = dtype === 'bool';
  const isWritten = values.every((value) => Number.isFinite(value) || value === Number.NEGATIVE_INFINITY);
  if (countOf(shape) <= MOST_NESTED && !shape.includes(0) && isWritten)
    return nested(shape, (i) =>
      isBoolean ? values[i] !== 0 : values[i] === Number.NEGATIVE_INFINITY ? '-Infinity' : values[i],
    );
  const bytes = isBoolean ? Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)) : littleEndian(values);
  const wide = values instanceof Float64Array ? 'float64' : 'float32';
  return { shape, dtype: isBoolean ? 'bool' : wide, data: base64Of(bytes) };
}

/** All machines that run browsers are little-endian, and so are typed arrays on them. */
const littleEndian = ({ buffer, byteOffset, byteLength }: Loaded['values']) =>
  new Uint8Array(buffer, byteOffset, byteLength);
