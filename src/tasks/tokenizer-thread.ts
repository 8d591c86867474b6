/** The contract between the pool and the thread of a tokenizer. */
import type { TokenRequest } from '../requests/request.ts';
import type { LoadedLimits } from '../requests/tokens/loaded-answer.ts';
import type { Tokenized } from '../requests/tokens/token-runner.ts';
import type { TokenizerFile } from '../text/hugging-face/file.ts';
import type { TokenizerAbout } from '../text/tokenize/tokenizer.ts';
import type { Outcome } from './tasks.ts';

/** What the thread is told when it starts. */
export interface TokenizerSettings {
  file: TokenizerFile;
  about: TokenizerAbout;
  limits: LoadedLimits;
  /** What is added to its niceness, on Linux. */
  nice: number;
}

export type TokenizerOrder =
  | { kind: 'answer'; id: number; request: TokenRequest }
  /** Nobody waits for this answer any more; one comes nevertheless. */
  | { kind: 'stop'; id: number };

export type TokenizerReport =
  /** The file was loaded, or cannot be: orders are taken. */
  { kind: 'loaded' } | { kind: 'answer'; id: number; outcome: Outcome<Tokenized> };
