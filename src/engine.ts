/** What computes: the pool of threads, the tiny lane on this one, and the word vectors and tokenizers that they share. */
import type { FastifyBaseLogger } from 'fastify';
import { type Config, ConfigError } from './config/config.ts';
import { WrongFileError } from './errors.ts';
import { selectKernel } from './kernels/select.ts';
import { AttentionPool } from './pool/pool.ts';
import type { PoolOptions } from './pool/pool-options.ts';
import { TinyAnswers, type TinyLane } from './requests/tiny-answers.ts';
import { type FoundFiles, findTokenizerFiles } from './requests/tokens/tokenizer-files.ts';
import { readTableFile, SMALL_TABLE } from './text/vectors/file.ts';
import { VectorTable } from './text/vectors/table.ts';

export interface Engine {
  pool: AttentionPool;
  tiny: TinyLane;
  /** Resolves when both compute; rejects when they never will. */
  ready: Promise<void>;
}

export type EngineParts = Pick<PoolOptions, 'held' | 'pressure'> & { log: FastifyBaseLogger };

/** @throws ConfigError for files that cannot be used */
export function createEngine(config: Config, parts: EngineParts): Engine {
  const { log } = parts;
  const { workers, kernel, maxTextBytes, maxElements, maxBodyBytes, maxOutputBytes, tinyBodyBytes } = config;
  const relaxedSimd = config.relaxedSimd === 'auto';
  const limits = { maxElements, maxBodyBytes, maxOutputBytes };
  const vectors = vectorTable(config);
  const pool = new AttentionPool({
    ...config,
    ...parts,
    ...{ relaxedSimd, limits, vectors },
    tokens: { maxTextBytes, ...tokenizerFiles(config) },
  });
  let answers: TinyAnswers | undefined;
  const start = async () => {
    if (tinyBodyBytes > 0) {
      answers = new TinyAnswers({
        kernel: selectKernel(kernel, relaxedSimd).kernel,
        limits,
        vectors: new VectorTable(vectors),
        mostBodyBytes: tinyBodyBytes,
        memory: pool.memory,
      });
    }
    await pool.ready.catch((error: unknown) => {
      if (!(error instanceof WrongFileError)) throw error;
      throw new ConfigError(`TOKENIZERS_DIR is ${JSON.stringify(config.tokenizersDir)}, but ${error.message}`);
    });
    log.info({ kernel: pool.kernel, workers }, `ready: kernel ${pool.kernel.name}, ${pool.kernel.reason}`);
  };
  const ready = start();
  // Whoever waits for `ready` sees the failure; nobody else must.
  ready.catch(() => {});
  const nothing = { multiplyAdds: 0, kernelMs: 0 };
  const tiny: TinyLane = {
    answer: (request, keeping, payer) => answers?.answer(request, keeping, payer),
    get work() {
      return answers?.work ?? nothing;
    },
  };
  return { pool, tiny, ready };
}

function vectorTable({ vectorsFile }: Config): SharedArrayBuffer {
  try {
    return readTableFile(vectorsFile ?? SMALL_TABLE);
  } catch (error) {
    if (!(error instanceof WrongFileError)) throw error;
    throw new ConfigError(`VECTORS_FILE is ${JSON.stringify(vectorsFile ?? '')}, but the file ${error.message}`);
  }
}

function tokenizerFiles({ tokenizersDir }: Config): FoundFiles {
  if (tokenizersDir === undefined) return { files: [], faults: [] };
  try {
    return findTokenizerFiles(tokenizersDir);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new ConfigError(`TOKENIZERS_DIR is ${JSON.stringify(tokenizersDir)}, but ${error.message}`);
  }
}
