// Opening and computing requests on this thread, whatever they cost.
import { chainCount } from '../../dist/attention/plan.js';
import { readConfig } from '../../dist/config/config.js';
import { createReferenceKernel } from '../../dist/kernels/reference.js';
import { ShardRunner } from '../../dist/kernels/run.js';
import { selectKernel } from '../../dist/kernels/select.js';
import { writeAnswer } from '../../dist/requests/answer.js';
import { openRequest } from '../../dist/requests/open.js';
import { RequestMemory } from '../../dist/requests/request-memory.js';

export const config = readConfig({});
export const limits = {
  maxElements: config.maxElements,
  maxBodyBytes: config.maxBodyBytes,
  maxOutputBytes: config.maxOutputBytes,
};

/** @param {'native' | 'wasm'} choice */
export function createOpener(choice) {
  const { kernel } = selectKernel(choice);
  const shards = new ShardRunner(kernel, createReferenceKernel());
  const own = new RequestMemory();

  function open(request, offered = []) {
    own.begin(offered);
    return openRequest(request, { ...limits, kernel, memory: own.memory });
  }

  function runAll(stages) {
    for (const stage of stages) {
      const chains = chainCount(stage);
      for (let chain = 0; chain < chains; chain++) shards.runChain(stage, chain, 0, () => false);
    }
  }

  return {
    kernel,
    shards,
    open,
    /** A plan whose memory is its own: other threads go on with it. */
    openForOthers(request, offered) {
      const { stages, answer } = open(request, offered);
      return { stages, answer, memory: own.handOver() };
    },
    /** A whole request, as RequestRunner.answerTiny does it for those that are tiny. */
    answer(request, offered) {
      const { stages, answer } = open(request, offered);
      runAll(stages);
      return writeAnswer(answer, 'copied');
    },
  };
}

/** Kernels that requests are planned for, fastest first: those of this build that pass their test. */
export function kernelChoices() {
  return ['native', 'wasm'].filter((choice) => {
    try {
      return selectKernel(choice).kernel !== undefined;
    } catch (error) {
      console.log(`without ${choice}: ${error.message}`);
      return false;
    }
  });
}

export function attentionRequest(body, contentType = 'application/json') {
  return { kind: 'attention', body, contentType, accept: undefined };
}
