import type { Kernel } from '../../src/kernels/kernel.ts';
import { type AddonFile, loadNativeKernel, nativePaths } from '../../src/kernels/native/native.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { hasRelaxedSimd } from '../../src/kernels/wasm/module.ts';
import { loadWasmKernel } from '../../src/kernels/wasm/wasm.ts';

/** Set by sanitize.mjs, which runs the tests of the kernels on that addon alone. */
const isSanitized = process.env.SANITIZED === '1';
export const addonFile: AddonFile = isSanitized ? 'attention-sanitized.node' : 'attention.node';

/** Every kernel that this runtime can run, the oracle first; the native one by each path of this processor, where it was built. */
export function availableKernels(): Kernel[] {
  const native = builtNativePaths().map((path) => loadNativeKernel(path, addonFile));
  if (isSanitized) return native;
  return [
    createReferenceKernel(),
    loadWasmKernel('wasm'),
    ...(hasRelaxedSimd() ? [loadWasmKernel('wasm-relaxed')] : []),
    ...native,
  ];
}

/** The paths of the native kernel; none, said in one line, where it was not built. */
export function builtNativePaths(): ReturnType<typeof nativePaths> {
  try {
    return nativePaths(addonFile);
  } catch (error) {
    // Whoever asks for the sanitized addon wants to know what is wrong with it.
    if (isSanitized) throw error;
    console.log(`native kernel: not tested, ${error instanceof Error ? error.message : error}`);
    return [];
  }
}
