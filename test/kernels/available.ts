import type { Kernel } from '../../src/kernels/kernel.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { hasRelaxedSimd } from '../../src/kernels/wasm/module.ts';
import { loadWasmKernel } from '../../src/kernels/wasm/wasm.ts';

/** Every kernel that this runtime can run, the oracle first. */
export function availableKernels(): Kernel[] {
  return [
    createReferenceKernel(),
    loadWasmKernel('wasm'),
    ...(hasRelaxedSimd() ? [loadWasmKernel('wasm-relaxed')] : []),
  ];
}
