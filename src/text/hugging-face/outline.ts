/**
 * A tokenizer.json without its vocabulary and its merges. These are nearly all of it, a million strings, which JSON.parse
 * would turn into a hundred megabytes of objects; here they are walked over byte by byte, and only their shape is looked at.
 */
import { isUtf8 } from 'node:buffer';
import { Alphabet } from './alphabet.ts';
import { JsonWalk } from './json-walk.ts';

/** What a vocabulary is, without its words. */
export interface VocabularyOutline {
  /** Words with ids, or a list of words with scores, whose ids are their places. */
  kind: 'ids' | 'scores';
  /** One more than the largest id. */
  size: number;
  /** Whether each of the 256 bytes has a token of its own, as byte-level tokenizers write them. */
  hasAllBytes: boolean;
}

export interface Outline {
  /** All of the file, with `null` for the vocabulary and the merges; not checked further. */
  rest: unknown;
  vocabulary: VocabularyOutline | undefined;
  hasMerges: boolean;
}

/**
 * Reads the outline of a tokenizer.json.
 * @throws Error that says what is wrong, and where
 */
export function readOutline(bytes: Uint8Array): Outline {
  if (!isUtf8(bytes)) throw new Error('it is not UTF-8');
  const walk = new JsonWalk(bytes);
  const cuts: { start: number; end: number }[] = [];
  let vocabulary: VocabularyOutline | undefined;
  let hasMerges = false;
  const cut = <T>(read: () => T): T => {
    walk.white();
    const start = walk.at;
    const value = read();
    cuts.push({ start, end: walk.at });
    return value;
  };
  walk.object((name) => {
    if (name !== 'model' || !walk.isNext('{')) return walk.skip();
    walk.object((member) => {
      if (member === 'vocab' && (walk.isNext('{') || walk.isNext('['))) vocabulary = cut(() => readVocabulary(walk));
      else if (member === 'merges' && walk.isNext('[')) {
        cut(() => readMerges(walk));
        hasMerges = true;
      } else walk.skip();
    });
  });
  walk.end();
  let json = '';
  let at = 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const { start, end } of cuts) {
    json += `${text.toString('utf8', at, start)}null`;
    at = end;
  }
  return { rest: JSON.parse(json + text.toString('utf8', at)), vocabulary, hasMerges };
}

function readVocabulary(walk: JsonWalk): VocabularyOutline {
  const alphabet = new Alphabet();
  let size = 0;
  if (walk.isNext('{')) {
    walk.object(
      () => {
        size = Math.max(size, walk.integer('model.vocab') + 1);
      },
      (start, end) => alphabet.meet(walk.bytes, start, end),
    );
    return { kind: 'ids', size, hasAllBytes: alphabet.isComplete };
  }
  walk.array(() => {
    walk.pair('model.vocab', 'a list of [text, score]', () => walk.number('model.vocab'));
    size++;
  });
  return { kind: 'scores', size, hasAllBytes: false };
}

function readMerges(walk: JsonWalk): void {
  walk.array(() => {
    if (walk.isNext('"')) walk.string('model.merges');
    else walk.pair('model.merges', 'a list of "left right" or [left, right]', () => walk.string('model.merges'));
  });
}
