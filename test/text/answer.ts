import { chainCount } from '../../src/attention/plan.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { ShardRunner } from '../../src/kernels/run.ts';
import { writeAnswer } from '../../src/requests/answer.ts';
import { openRequest } from '../../src/requests/open.ts';
import { readTableFile, SMALL_TABLE } from '../../src/text/vectors/file.ts';
import { VectorTable } from '../../src/text/vectors/table.ts';
import { plainMemory } from '../attention/solve.ts';

const vectors = new VectorTable(readTableFile(SMALL_TABLE));

/** The JSON that POST /attention answers to this body, computed on this thread. */
export function answerOf(body: unknown, kernel: Kernel): unknown {
  const { stages, answer } = openRequest(
    {
      kind: 'attention',
      body: Buffer.from(JSON.stringify(body)),
      contentType: 'application/json',
      accept: 'application/json',
    },
    { maxElements: 1e6, maxOutputBytes: 1e6, kernel, memory: plainMemory, vectors },
  );
  const runner = new ShardRunner(kernel, createReferenceKernel());
  for (const stage of stages) {
    for (let chain = 0; chain < chainCount(stage); chain++) runner.runChain(stage, chain, 0, () => false);
  }
  return JSON.parse(Buffer.concat(writeAnswer(answer, 'copied').pieces).toString());
}
