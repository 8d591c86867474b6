/** Kernels that fail in the threads of a real server: see faulty-kernel.cjs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { nativePaths } from '../../src/kernels/native/native.ts';
import { post } from '../http/serving.ts';
import { type RunningServer, startServer } from '../server.ts';

const preload = fileURLToPath(new URL('faulty-kernel.cjs', import.meta.url));

function hasNative(): boolean {
  try {
    return nativePaths().length > 0;
  } catch {
    console.log('skipped: faults in the native kernel, which is not built');
    return false;
  }
}

/** All weights are equal, so that each output is the mean of the values: 0 … length − 1. */
const problem = (length: number) =>
  JSON.stringify({
    query: Array(length).fill([0]),
    key: Array(length).fill([0]),
    value: Array.from({ length }, (_, i) => [i]),
  });
/** Too large for the HTTP thread, and for one hop to be much. */
const LENGTH = 400;

interface Asked {
  status: number;
  problem: { code?: string };
  isRight: boolean;
}

async function ask({ url }: RunningServer, length = LENGTH): Promise<Asked> {
  const answer = await post(`${url}/attention`, problem(length));
  const body = (await answer.json()) as { output?: number[][]; code?: string };
  const isRight = body.output?.every(([x]) => Math.abs(x - (length - 1) / 2) < 1e-3) ?? false;
  return { status: answer.status, problem: body, isRight };
}

describe.each(['wasm', ...(hasNative() ? ['native'] : [])])('a server whose kernel is %s', (kernel) => {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-fault-'));
  const file = join(folder, 'fault');
  let server: RunningServer | undefined;
  afterEach(async () => {
    await server?.kill();
    rmSync(file, { force: true });
  });

  const start = async (env: Record<string, string> = {}) => {
    const options = `--require ${preload} ${env.NODE_OPTIONS ?? ''}`;
    server = await startServer({ WORKERS: '2', ...env, FAULT: file, KERNEL: kernel, NODE_OPTIONS: options });
    return server;
  };
  /** What comes of twelve requests at once, one of which meets a fault; those that follow are right. */
  const meet = async (running: RunningServer, fault: string) => {
    expect(await ask(running)).toMatchObject({ status: 200, isRight: true });
    writeFileSync(file, `${fault} worker`);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(running)));
    for (let i = 0; i < 8; i++) expect(await ask(running)).toMatchObject({ status: 200, isRight: true });
    expect((await fetch(`${running.url}/health/ready`)).status).toBe(200);
    return answers;
  };
  const right = (answers: Asked[]) => answers.filter(({ status, isRight }) => status === 200 && isRight);
  const failed = (answers: Asked[]) => answers.filter(({ status }) => status !== 200);

  it('that traps tells so in its log, answers 500 to that request, and computes on', async () => {
    const running = await start();
    const answers = await meet(running, 'trap');
    expect(right(answers)).toHaveLength(11);
    expect(failed(answers)).toMatchObject([{ status: 500, problem: { code: 'internal' } }]);
    await expect.poll(() => running.log()).toMatch(/"RuntimeError: unreachable|unreachable.*a bug of ours/);
    expect(JSON.stringify(failed(answers))).not.toContain('unreachable');
  });

  it('that traps on the HTTP thread answers 500 to that request, and serves on', async () => {
    const running = await start();
    writeFileSync(file, 'trap main always');
    expect(await ask(running, 3)).toMatchObject({ status: 500, problem: { code: 'internal' } });
    await expect.poll(() => running.log()).toContain('a bug of ours');
    rmSync(file);
    expect(await ask(running, 3)).toMatchObject({ status: 200, isRight: true });
  });

  it.each(['death', 'memory'])(
    'that meets %s of its thread fails what that thread worked on with 503, and nothing else',
    async (fault) => {
      // V8 ends the process where what is young does not fit into what Node leaves a thread to end in: 16 MB.
      const running = await start({ NODE_OPTIONS: '--max-old-space-size=64 --max-semi-space-size=1' });
      const answers = await meet(running, fault);
      const lost = failed(answers);
      // A thread works on what shares a hop, eight requests at most, and has one hop more ahead.
      expect(lost.length).toBeGreaterThanOrEqual(1);
      expect(right(answers)).toHaveLength(12 - lost.length);
      for (const one of lost) expect(one).toMatchObject({ status: 503, problem: { code: 'worker_died' } });
      await expect.poll(() => running.log()).toContain('a worker thread died; it is replaced');
      expect(await running.stop()).toBe(0);
    },
  );
});
