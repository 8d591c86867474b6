/** What a tensor of a file probably is in a request: by its name, else by its shape and its place among the others. */
import type { Tensor } from '../../files/tensor.ts';

type Seen = Pick<Tensor, 'name' | 'dtype' | 'shape'>;

/** What half of all code calls them, without case, dots and underscores. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  query: ['q', 'query', 'queries', 'querystates', 'querylayer', 'qproj', 'arr0'],
  key: ['k', 'key', 'keys', 'keystates', 'keylayer', 'kproj', 'arr1'],
  value: ['v', 'value', 'values', 'valuestates', 'valuelayer', 'vproj', 'arr2'],
  attn_mask: ['attnmask', 'mask', 'attentionmask', 'attnbias', 'attentionbias', 'bias', 'causalmask', 'arr3'],
  past_key: ['pastkey', 'pastk', 'kcache', 'keycache', 'cachek', 'cachedkey'],
  past_value: ['pastvalue', 'pastv', 'vcache', 'valuecache', 'cachev', 'cachedvalue'],
  sinks: ['sinks', 'sink', 'ssink', 'attentionsinks'],
  alibi_slopes: ['alibislopes', 'alibi', 'slopes'],
  key_lengths: ['keylengths', 'kvlengths', 'kvseqlens', 'seqlensk', 'seqlens', 'lengths', 'nonpadkvseqlen'],
  query_lengths: ['querylengths', 'qlengths', 'qseqlens', 'seqlensq'],
  query_offset: ['queryoffset', 'offset', 'cachelengths', 'cacheseqlens', 'pastlengths'],
  'rotary.positions': ['positions', 'positionids', 'rotarypositions'],
};

/** In the order of a request. */
export const ROLE_ORDER: readonly string[] = Object.keys(NAMES);

/** Of `layers.0.self_attn.q` the last part; of a file `out/k.npy` its name. */
function plain(name: string): string[] {
  const inside = name.replace(/\.(npy|npz|safetensors|json|csv|txt)$/i, '').toLowerCase();
  const parts = inside.split(/[./\\:]/);
  return [inside, parts[parts.length - 1]].map((one) => one.replaceAll(/[^a-z0-9]/g, ''));
}

const byName = ({ name }: Seen): string | undefined =>
  Object.entries(NAMES).find(([, names]) => plain(name).some((one) => names.includes(one)))?.[0];

const MATRICES = ['query', 'key', 'value'];

/**
 * A role for each tensor, or none; no two have the same.
 * @param taken roles that others have already
 */
export function guessed(tensors: readonly Seen[], taken: ReadonlySet<string> = new Set()): (string | undefined)[] {
  const used = new Set(taken);
  const take = (role: string | undefined) => {
    if (role === undefined || used.has(role)) return undefined;
    used.add(role);
    return role;
  };
  const named = tensors.map((tensor) => take(byName(tensor)));
  const shapes = new Map(tensors.map((tensor, i) => [named[i], tensor.shape]));
  return tensors.map((tensor, i) => named[i] ?? take(byShape(tensor, used, shapes)));
}

function byShape(
  { name, dtype, shape }: Seen,
  used: ReadonlySet<string>,
  shapes: ReadonlyMap<string | undefined, readonly number[]>,
): string | undefined {
  if (shape.length < 2 || shape.length > 4) return undefined;
  if (dtype === 'bool') return 'attn_mask';
  const [rows, columns] = shape.slice(-2);
  const [query, key] = [shapes.get('query')?.at(-2), shapes.get('key')?.at(-2)];
  if (rows === query && columns === key && query !== key) return 'attn_mask';
  // A name that means something else, as `out` or `weight`, is not asked to be a query.
  if (plain(name)[1] !== '' && !/^(arr|tensor|x|data|untitled|array)?\d*$/.test(plain(name)[1])) return undefined;
  return MATRICES.find((role) => !used.has(role));
}
