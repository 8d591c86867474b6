import type { Kernel } from '../../src/kernels/kernel.ts';
import { loadNativeKernel, nativePaths } from '../../src/kernels/native/native.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { hasRelaxedSimd } from '../../src/kernels/wasm/module.ts';
import { loadWasmKernel } from '../../src/kernels/wasm/wasm.ts';

/** Every kernel that this runtime can run, the oracle first; the native one by every path of this processor, where it was built. */
export function availableKernels(): Kernel[] {
  return [
    createReferenceKernel(),
    loadWasmKernel('wasm'),
    ...(hasRelaxedSimd() ? [loadWasmKernel('wasm-relaxed')] : []),
    ...builtNativePaths().map((path) => loadNativeKernel(path)),
  ];
}

/** The paths of the native kernel; none, said in one line, where it was not built. */
export function builtNativePaths(): ReturnType<typeof nativePaths> {
  try {
    return nativePaths();
  } catch (error) {
    console.log(`native kernel: not tested, ${error instanceof Error ? error.message : error}`);
    return [];
  }
}
