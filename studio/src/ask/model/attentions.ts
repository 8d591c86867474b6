/** The attentions of a model in a file: which of its tensors they are, and what their axes mean. */
import { countOf, FileFault, type FileTensor, type OpenedFile, shapeText, type Texts } from '../../files/tensor.ts';

export interface HeadPlace {
  layer: number;
  batch: number;
  head: number;
}

export interface Attentions {
  /** Another for each file. */
  id: string;
  /** Of the file. */
  name: string;
  layers: number;
  batch: number;
  heads: number;
  rows: number;
  keys: number;
  /** Of queries and of keys, by batch entry; undefined where the file has none that fit. */
  tokens: readonly { queries: readonly string[]; keys: readonly string[] }[] | undefined;
  /** What is not as one would expect, in a sentence. */
  note: string | undefined;
  /** The weights of rows of a head, the end excluded, row-major. @throws FileFault */
  read(place: HeadPlace, from: number, to: number): Promise<Float32Array>;
}

type Layer = Pick<FileTensor, 'shape' | 'read'>;

/** Of the largest models there are fewer. */
const MOST_HEADS = 16_384;
const NAMES = ['attentions', 'attention', 'attention_weights', 'attn_weights', 'attn', 'weights'];

let opened = 0;

/** @throws FileFault where there are none, or their layers differ */
export function attentionsOf({ name, tensors, texts }: OpenedFile): Attentions {
  const layers = layersOf(tensors);
  const [{ shape }] = layers;
  const odd = layers.findIndex((layer) => String(layer.shape) !== String(shape));
  if (odd > 0)
    throw new FileFault(`Layer ${odd} is ${shapeText(layers[odd].shape)}, and layer 0 is ${shapeText(shape)}.`);
  const [batch, heads, rows, keys] = [...Array<number>(4 - shape.length).fill(1), ...shape];
  if (countOf(shape) === 0) throw new FileFault(`The attentions are ${shapeText(shape)}: there is nothing to see.`);
  if (layers.length * heads > MOST_HEADS)
    throw new FileFault(`${layers.length} layers of ${heads} heads are more than are shown here.`);
  const read = async (place: HeadPlace, from: number, to: number): Promise<Float32Array> => {
    const start = (place.batch * heads + place.head) * rows * keys;
    const values = await layers[place.layer].read(start + from * keys, start + to * keys);
    return values instanceof Float32Array ? values : new Float32Array(values);
  };
  const tokens = tokensOf(texts, { batch, rows, keys });
  const note = tokens !== undefined || texts.length === 0 ? undefined : unfitting(texts, { rows, keys });
  return { id: `file ${++opened}`, name, layers: layers.length, batch, heads, rows, keys, tokens, note, read };
}

/** One tensor that has all layers, or one a layer. */
function layersOf(tensors: readonly FileTensor[]): readonly Layer[] {
  const named = NAMES.map((name) => tensors.find((one) => one.name.toLowerCase() === name)).find((one) => one);
  const listed = listOf(tensors);
  if (named === undefined && listed !== undefined) return listed;
  const square = tensors.filter(({ shape }) => shape.length === 4 || shape.length === 5);
  const whole = named ?? (tensors.length === 1 ? tensors[0] : square.length === 1 ? square[0] : undefined);
  const rank = whole?.shape.length ?? 0;
  if (whole === undefined || rank < 2 || rank > 5) throw new FileFault(missing(tensors));
  if (rank < 4) return [whole];
  const [count, ...shape] = whole.shape;
  const size = countOf(shape);
  if (count === 0) throw new FileFault(`The attentions are ${shapeText(whole.shape)}: there is nothing to see.`);
  return Array.from({ length: Math.min(count, MOST_HEADS + 1) }, (_, layer) => ({
    shape,
    read: (start, end) => whole.read(layer * size + start, layer * size + end),
  }));
}

/** Tensors whose names differ by a number that counts from 0 or 1: attentions.0, attentions_1, arr_2, layer.3.attn. */
function listOf(tensors: readonly FileTensor[]): readonly FileTensor[] | undefined {
  const groups = new Map<string, { number: number; tensor: FileTensor }[]>();
  for (const tensor of tensors) {
    const { before, number, after } = /^(?<before>\D*)(?<number>\d{1,5})(?<after>\D*)$/.exec(tensor.name)?.groups ?? {};
    if (number === undefined || tensor.shape.length < 3 || tensor.shape.length > 4) continue;
    const key = `${before}#${after}`;
    const group = groups.get(key) ?? [];
    group.push({ number: Number(number), tensor });
    groups.set(key, group);
  }
  const lists = [...groups].map(([name, list]) => ({ name, list: list.toSorted((a, b) => a.number - b.number) }));
  const whole = lists.filter(
    ({ list }) => list[0].number <= 1 && list.every(({ number }, i) => number === list[0].number + i),
  );
  const best = whole.find(({ name }) => /att(entio)?n/i.test(name)) ?? whole[0];
  return best?.list.map(({ tensor }) => tensor);
}

function missing(tensors: readonly FileTensor[]): string {
  const there = tensors.slice(0, 5).map(({ name, shape }) => `${name || 'an array'} (${shapeText(shape)})`);
  const has = there.length === 0 ? 'no tensor' : there.join(', ') + (tensors.length > 5 ? ' and more' : '');
  return `There are no attentions in this file, but ${has}: “attentions” of layers × heads × queries × keys is looked for, or a list of them, one a layer.`;
}

interface Sides {
  rows: number;
  keys: number;
}

/** Texts of a batch entry each, or of one that all have. */
function tokensOf(texts: readonly Texts[], { batch, rows, keys }: Sides & { batch: number }): Attentions['tokens'] {
  const lists = texts.map(({ name, shape, texts }) => ({ name, length: shape.at(-1) ?? 1, texts }));
  const fitting = (size: number, side: RegExp) => {
    const all = lists.filter(({ length, texts }) => length === size && [size, batch * size].includes(texts.length));
    return all.find(({ name }) => side.test(name)) ?? all.find(({ name }) => /tok|word/i.test(name)) ?? all[0];
  };
  const [queries, those] = [fitting(rows, /quer|target|decoder/i), fitting(keys, /key|source|encoder/i)];
  if (queries === undefined || those === undefined) return undefined;
  const of = (texts: readonly string[], size: number, entry: number) =>
    texts.length === size ? texts : texts.slice(entry * size, (entry + 1) * size);
  return Array.from({ length: batch }, (_, entry) => ({
    queries: of(queries.texts, rows, entry),
    keys: of(those.texts, keys, entry),
  }));
}

function unfitting(texts: readonly Texts[], { rows, keys }: Sides): string {
  const { name, texts: own } = texts.find(({ name }) => /tok|word/i.test(name)) ?? texts[0];
  const sides = rows === keys ? `${rows} words` : `${rows} queries and ${keys} keys`;
  return `“${name}” has ${own.length}, and the attentions are of ${sides}: numbers stand for them.`;
}
