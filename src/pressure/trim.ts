import { createRequire } from 'node:module';

interface Addon {
  trim(): Promise<void> | undefined;
}

/** The addon lies in dist/, whether this file runs from there or from src/. */
function loadAddon(): Addon | undefined {
  try {
    return createRequire(import.meta.url)('../../dist/pressure/native/trim.node');
  } catch {
    return undefined;
  }
}

/** Gives memory that nobody holds back to the system, where the allocator is glibc's and the addon was built. */
export async function trimMemory(): Promise<void> {
  await loadAddon()?.trim();
}
