import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // load/ is not typed; what it computes is tested all the same.
    include: ['test/**/*.test.ts', 'studio/test/**/*.test.ts', 'load/test/*.test.mjs'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What a page comes to show is waited for, however busy the machine is.
    expect: { poll: { timeout: 20_000 } },
    // Tests start servers with worker threads of their own; more at once than there are cores only makes them wait.
    maxWorkers: 2,
  },
});
