/** A file that was dropped → its tensors and texts. What it is is seen by its first bytes; names lie. */
import { bytesOf } from './bytes.ts';
import { isNpy } from './npy/header.ts';
import { openNpy } from './npy/open-npy.ts';
import { isSafetensors, openSafetensors } from './safetensors/open-safetensors.ts';
import { FileFault, type FileTensor, type OpenedFile, type Texts } from './tensor.ts';
import { openText } from './text/open-text.ts';
import { isZip } from './zip/members.ts';
import { openNpz } from './zip/open-npz.ts';

const HEAD = 16;

/** What else people have, by how it begins, and what they can save instead. */
const OTHERS: readonly { head: readonly number[]; what: string }[] = [
  { head: [0x89, 0x48, 0x44, 0x46], what: 'This is HDF5: save its arrays with np.savez.' },
  {
    head: [0x47, 0x47, 0x55, 0x46],
    what: 'This is GGUF, which holds the weights of a model; here its attention is read.',
  },
  { head: [0x1f, 0x8b], what: 'The file is compressed by gzip: unpack it first.' },
  { head: [0x42, 0x5a, 0x68], what: 'The file is compressed by bzip2: unpack it first.' },
  ...[2, 3, 4, 5].map((protocol) => ({
    head: [0x80, protocol],
    what: 'This is a pickle, which nobody should open: save with np.savez, or safetensors.',
  })),
];

/** @throws FileFault where it cannot be read, or lies about its size or shape; never more in memory than is read */
export async function openFile(file: Blob & { name: string }): Promise<OpenedFile> {
  const all = await arraysOf(file);
  return {
    name: file.name,
    tensors: all.filter((one) => 'read' in one),
    texts: all.filter((one) => 'texts' in one),
  };
}

async function arraysOf(file: Blob & { name: string }): Promise<(FileTensor | Texts)[]> {
  const bytes = bytesOf(file);
  if (bytes.size === 0) throw new FileFault('The file is empty.');
  const head = new Uint8Array(await bytes.read(0, Math.min(HEAD, bytes.size)));
  if (isNpy(head)) return [await openNpy(bytes, '')];
  if (isZip(head)) return openNpz(bytes);
  const other = OTHERS.find((one) => one.head.every((byte, index) => head[index] === byte));
  if (other !== undefined) throw new FileFault(other.what);
  if (isSafetensors(head) || /\.safetensors$/i.test(file.name)) return openSafetensors(bytes);
  return openText(bytes, file.name);
}
