/** `.npz` → its tensors and texts. */
import type { Bytes } from '../bytes.ts';
import { isNpy } from '../npy/header.ts';
import { openNpy } from '../npy/open-npy.ts';
import { FileFault, type FileTensor, type Texts } from '../tensor.ts';
import { type Allowance, inflated } from './inflated.ts';
import { type Member, membersOf } from './members.ts';

/** What all members of an archive may come to. */
const MOST_INFLATED = 2 ** 30;

/** @throws FileFault where one of its arrays cannot be read, by its name */
export async function openNpz(bytes: Bytes): Promise<(FileTensor | Texts)[]> {
  const members = await membersOf(bytes);
  if (members.some(({ name }) => /(^|\/)data\.pkl$/.test(name)))
    throw new FileFault(
      'This is PyTorch’s own format, a pickle, which nobody should open: save with safetensors.torch.save_file, or np.savez.',
    );
  const allowance: Allowance = { bytes: MOST_INFLATED };
  const arrays: (FileTensor | Texts)[] = [];
  for (const member of members) {
    const own = member.isDeflated ? inflated(member, allowance) : member.bytes;
    if (await isArray(member, own)) arrays.push(await openMember(own, member.name));
  }
  if (arrays.length === 0) throw new FileFault('There is no array in this archive.');
  return arrays;
}

/** As np.load sees it, by the first bytes; what is named as one is one. */
async function isArray({ name }: Member, bytes: Bytes): Promise<boolean> {
  if (name.endsWith('.npy')) return true;
  return bytes.size >= 6 && isNpy(new Uint8Array(await bytes.read(0, 6)));
}

async function openMember(bytes: Bytes, member: string): Promise<FileTensor | Texts> {
  const name = member.replace(/\.npy$/, '');
  const named = (fault: unknown) => (fault instanceof FileFault ? new FileFault(`${name}: ${fault.message}`) : fault);
  try {
    const array = await openNpy(bytes, name);
    if (!('read' in array)) return array;
    const read = (start: number, end: number) =>
      array.read(start, end).catch((fault: unknown) => {
        throw named(fault);
      });
    return { ...array, read };
  } catch (fault) {
    throw named(fault);
  }
}
