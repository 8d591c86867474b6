/** Where the windows of large tensors are: where somebody looks, and no part of what a link shows. */
import { signal } from '@preact/signals';

interface From {
  row: number;
  column: number;
}

const START: From = { row: 0, column: 0 };

/** By role. */
const windows = signal<Readonly<Record<string, From>>>({});

export const windowOf = (role: string): From => windows.value[role] ?? START;

export function moveWindow(role: string, from: Partial<From>): void {
  windows.value = { ...windows.peek(), [role]: { ...(windows.peek()[role] ?? START), ...from } };
}
