import { attentionGrid, attentionStages, type Stage } from '../../attention/plan.ts';
import type { AttentionProblem, FloatProblem } from '../../attention/problem.ts';
import { allocateResult, resultElements, type Wanted } from '../../attention/result.ts';
import { parseJson } from '../../codec/json/json-text.ts';
import { requireJson, textAnswerType } from '../../codec/media-type.ts';
import { readOptions } from '../../codec/read-options.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { allocateFloats } from '../../tensor/memory.ts';
import { headsOf } from '../../tensor/tensor.ts';
import { textElements, textProblems } from '../../text/attention.ts';
import { bilingualExample } from '../../text/bilingual-example.ts';
import { type Head, headNamed, type ReadText } from '../../text/heads/heads.ts';
import { shownLabel } from '../../text/label.ts';
import { foldWord, type VectorChoice, WordVectors } from '../../text/word-vectors.ts';
import type { OpenContext, OpenedRequest } from '../open-context.ts';
import type { WordsRequest } from '../request.ts';
import { readTexts } from './read-texts.ts';
import type { HeadAnswer, TextAnswer, TextMeta } from './text-answer.ts';
import { type TextRequest, textOptions } from './text-options.ts';

/**
 * Reads the body of POST /attention/text, makes a problem of each head and plans them.
 * @throws RequestError
 */
export function openText(request: WordsRequest, context: OpenContext): OpenedRequest<TextAnswer> {
  requireJson(request.contentType);
  const format = textAnswerType(request.accept);
  const wire = readBody(request.body, context);
  const mode = modeOf(wire);
  const vectors = new WordVectors(context.vectors, vectorChoice(wire.vectors, context.maxElements));
  const { queries, keys, tokenizer, language } = readTexts(wire, vectors);
  const focus = focusOf(wire.focus, queries);
  const heads = wire.heads.map((name, index) =>
    headNamed(name, index, { queries, keys, dims: vectors.dims, positions: wire.positions }),
  );

  const setting = { queries, keys, dims: vectors.dims, temperature: wire.temperature, ...mode };
  checkElements(textElements(setting, heads), context);
  const problems = textProblems(setting, heads, context.memory);
  const outputs = new Set<string>(wire.outputs);
  const wanted: Wanted =
    format === 'json'
      ? {
          weights: focus !== undefined || ['weights', 'heads', 'stats'].some((name) => outputs.has(name)),
          averageWeights: false,
          scores: outputs.has('scores'),
          maskedScores: outputs.has('masked_scores'),
          stats: outputs.has('stats'),
        }
      : { weights: true, averageWeights: false, scores: false, maskedScores: false, stats: false };
  checkOutput(problems, wanted, context);
  const meta: TextMeta = {
    kernel: context.kernel.name,
    preset: keys === queries ? (mode.causal ? 'decoder' : 'encoder') : 'cross',
    tokenizer,
    ...(language !== undefined && { language }),
    vectors: typeof wire.vectors === 'string' ? wire.vectors : 'given',
    positions: wire.positions,
    temperature: wire.temperature,
    is_causal: mode.causal,
    exclude_self: mode.excludeSelf,
    shape: [heads.length, queries.tokens.length, keys.tokens.length],
  };
  const planned = problems.map((problem, i) => planHead(heads[i], { problem, wanted, context }));
  return {
    stages: planned.flatMap(({ stages }) => stages),
    answer: {
      kind: 'text',
      format,
      subjects: [wire.text, ...(wire.context === undefined ? [] : [wire.context])].map(subjectOf),
      form: wire.tensor_format,
      outputs: wire.outputs,
      tokens: labelsOf(queries),
      contextTokens: keys === queries ? undefined : labelsOf(keys),
      heads: planned.map(({ answer }) => answer),
      focus,
      meta,
    },
  };
}

function readBody(body: Uint8Array, { maxElements }: OpenContext): TextRequest {
  const value = parseJson(body, { maxElements });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError('not_an_object', 'The body must be a JSON object with text and options as its fields');
  }
  const wire = readOptions(textOptions, Object.assign(Object.create(null), value), {});
  // Lone surrogates become U+FFFD, which has as many code units: places stay as they are.
  const { text, context, focus } = wire;
  return {
    ...wire,
    text: text.toWellFormed(),
    context: context?.toWellFormed(),
    focus: typeof focus === 'string' ? focus.toWellFormed() : focus,
  };
}

/** What preset, context and the options say together. */
function modeOf({ context, preset, is_causal, exclude_self }: TextRequest): { causal: boolean; excludeSelf: boolean } {
  const isCross = context !== undefined;
  const conflict = (field: string, detail: string) =>
    new RequestError('conflicting_options', detail, { pointer: pointerTo(field) });
  if (preset === 'cross' && !isCross) {
    throw new RequestError('missing_field', 'preset "cross" needs a context to look at', { pointer: '/context' });
  }
  if (preset !== undefined && preset !== 'cross' && isCross) {
    throw conflict('preset', `preset "${preset}" is self-attention: leave context out, or use "cross"`);
  }
  if (is_causal !== undefined && preset !== undefined && is_causal !== (preset === 'decoder')) {
    throw conflict('is_causal', `preset "${preset}" says otherwise: leave one of them out`);
  }
  if (isCross && is_causal) throw conflict('is_causal', 'a context has no order with the text: leave is_causal out');
  if (isCross && exclude_self) throw conflict('exclude_self', 'no token of the text is one of the context');
  return { causal: is_causal ?? preset === 'decoder', excludeSelf: exclude_self ?? !isCross };
}

function vectorChoice(vectors: TextRequest['vectors'], maxElements: number): VectorChoice {
  if (vectors === 'glove') return { kind: 'table' };
  if (vectors === 'bilingual-example') return { kind: 'dictionary', entries: bilingualExample };
  const entries = Object.entries(vectors);
  const dims = entries[0][1].length;
  const given = new Map<string, Float32Array>();
  for (const [word, numbers] of entries) {
    const pointer = pointerTo('vectors', word);
    if (numbers.length === 0) throw new RequestError('empty_tensor', 'a vector must have a number', { pointer });
    if (numbers.length !== dims) {
      throw new RequestError('shape_mismatch', `vectors have ${dims} numbers, and this has ${numbers.length}`, {
        pointer,
      });
    }
    given.set(word, Float32Array.from(numbers));
  }
  if (given.size * dims > maxElements) {
    const detail = `vectors hold ${given.size * dims} numbers; the tensors of a request may hold ${maxElements}`;
    throw new RequestError('too_many_elements', detail, { pointer: '/vectors' });
  }
  // Words are looked for as they stand in the text first, then in lower case.
  for (const [word, numbers] of [...given]) if (!given.has(foldWord(word))) given.set(foldWord(word), numbers);
  return { kind: 'given', dims, vectors: given };
}

function focusOf(focus: TextRequest['focus'], { tokens, words }: ReadText): number | undefined {
  if (focus === undefined) return undefined;
  if (typeof focus === 'number') {
    if (focus < tokens.length) return focus;
    const detail = `focus is token ${focus}, but text has ${tokens.length}, counted from 0`;
    throw new RequestError('invalid_option', detail, { pointer: '/focus' });
  }
  const exact = tokens.findIndex(({ text }) => text === focus);
  const found = exact >= 0 ? exact : words.findIndex(({ word }) => word === foldWord(focus));
  if (found >= 0) return found;
  throw new RequestError('invalid_option', 'focus must be a token of text, or its number', { pointer: '/focus' });
}

function checkElements(elements: number, { maxElements }: OpenContext): void {
  if (elements <= maxElements) return;
  const detail = `the queries, keys and values of these heads hold ${elements} numbers, and the limit is ${maxElements}`;
  throw new RequestError('too_many_elements', detail, { pointer: '/text' });
}

function checkOutput(problems: readonly AttentionProblem[], wanted: Wanted, { maxOutputBytes }: OpenContext): void {
  const [{ queryLength, keyLength }] = problems;
  const average = wanted.weights && problems.length > 1 ? queryLength * keyLength : 0;
  const bytes = 4 * problems.reduce((sum, problem) => sum + resultElements(problem, wanted), average);
  if (bytes <= maxOutputBytes) return;
  const detail = `the tensors asked for hold ${bytes} bytes, and the limit is ${maxOutputBytes}; ask for fewer heads or outputs, or for a shorter text`;
  throw new RequestError('output_too_large', detail, { pointer: '/outputs' });
}

function planHead(
  head: Head,
  { problem, wanted, context }: { problem: FloatProblem; wanted: Wanted; context: OpenContext },
): { stages: Stage[]; answer: HeadAnswer } {
  const { queryLength, valueDim } = problem;
  const output = allocateFloats(context.memory, 'float32', queryLength * valueDim);
  const grid = attentionGrid(problem, context.kernel.shardCost);
  const view = headsOf(output, [1, 1, queryLength, valueDim]);
  const result = allocateResult(problem, wanted, { output: view, splits: grid.splits, memory: context.memory });
  const { name, builtFrom, links } = head;
  return {
    stages: attentionStages(problem, result, wanted, grid),
    answer: { name, builtFrom, links, problem, result },
  };
}

/** The longest part of a text that titles show, in columns. */
const MAX_SUBJECT = 60;

/** A text in short, as it may be shown. */
function subjectOf(text: string): string {
  // Far more than is shown; what is longer costs no more.
  return shownLabel(
    text
      .slice(0, 20 * MAX_SUBJECT)
      .trim()
      .replace(/\s+/gu, ' '),
    MAX_SUBJECT,
  );
}

/** What an answer tells of the tokens of a text. */
function labelsOf({ tokens, words }: ReadText) {
  return tokens.map(({ id, text, start, end }, i) => {
    const { source, relatives } = words[i];
    return { id, text, start, end, source, relatives };
  });
}
