/** Requests and answers of the computing routes as bytes. */
import type { AttentionAnswer, MultiHeadAnswer, TensorForm } from '../answer.ts';
import { fieldsOf, textOf } from '../fields.ts';
import { hasMembers } from '../object.ts';
import { TENSOR_FIELDS } from '../request.ts';
import { badAnswer } from '../spotlight-error.ts';
import { isTypedTensor, type OwnBytes, type TypedTensor, withNumbers } from '../typed-tensor.ts';
import { type HttpAnswer, parsedJson, textIn } from './http.ts';
import { readSafetensors, SAFETENSORS_TYPE, writeSafetensors } from './safetensors.ts';

const JSON_TYPE = 'application/json';

/** How tensors stand in JSON is of no matter to answers in bytes. */
export const ACCEPT: Record<TensorForm, string> = { json: JSON_TYPE, numbers: JSON_TYPE, typed: SAFETENSORS_TYPE };

/**
 * The body of a request. When all its tensors are typed arrays it is a safetensors file, a quarter shorter than base64 and
 * with nothing to decode; when there are lists among them it is JSON, with base64 for those that are typed.
 * @throws SpotlightError `invalid_argument`
 */
export function bodyOf(request: unknown, form: TensorForm): { body: string | OwnBytes; contentType: string } {
  const fields = fieldsOf(request);
  const typed: Record<string, TypedTensor> = {};
  const texts: Record<string, string> = {};
  let hasLists = false;
  for (const [name, value] of Object.entries(fields)) {
    if (isTypedTensor(value)) typed[name] = value;
    else if (Object.hasOwn(TENSOR_FIELDS, name)) hasLists ||= value !== undefined;
    else if (value !== undefined) texts[name] = JSON.stringify(value);
  }
  if (form === 'numbers') texts.tensor_format = 'nested';
  if (Object.keys(typed).length > 0 && !hasLists) {
    return { body: writeSafetensors(typed, texts), contentType: SAFETENSORS_TYPE };
  }
  // Answers have the form of query: lists, unless something else was asked for.
  const asked = fields.tensor_format;
  const format = form === 'numbers' || (asked === undefined && 'query' in typed) ? 'nested' : asked;
  return { body: textOf({ ...fields, tensor_format: format }), contentType: JSON_TYPE };
}

/** Answers that a body can be read as. */
type Answer = AttentionAnswer<TensorForm> | MultiHeadAnswer<TensorForm>;

/**
 * Reads an answer in the form that was asked for.
 * @throws SpotlightError `bad_answer`
 */
export function answerOf<A extends Answer>({ contentType, bytes }: HttpAnswer, form: TensorForm): A {
  const isTyped = contentType.startsWith(SAFETENSORS_TYPE);
  if (isTyped !== (form === 'typed')) throw badAnswer(`the answer is of type ${contentType}`);
  const answer = isTyped ? typedAnswer(bytes) : parsedJson(textIn(bytes));
  if (!isAnswer<A>(answer)) throw badAnswer('the answer has no output and meta');
  return form === 'numbers' ? withNumberTensors(answer) : answer;
}

/** What all answers have; their tensors were written by the same server, and are not looked through number by number. */
function isAnswer<A extends Answer>(value: unknown): value is A {
  return hasMembers(value, { meta: 'object' }) && 'output' in value;
}

function withNumberTensors<A extends Answer>(answer: A): A {
  withNumbers(answer);
  return answer;
}

/** What a request calls its rows, columns and heads, and the row that it looks at, as its answer tells them. */
const NAMES = ['query_labels', 'key_labels', 'head_labels', 'focus'] satisfies (keyof AttentionAnswer)[];

/** `stats.entropy` is the member `entropy` of `stats`, as in JSON; the metadata are names and `meta`. */
function typedAnswer(bytes: ArrayBuffer): object {
  const { tensors, metadata } = readSafetensors(bytes);
  const answer: Record<string, unknown> = {};
  for (const [name, tensor] of tensors) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let members = answer;
    for (const step of path) {
      const inner: Record<string, unknown> = Object.fromEntries(Object.entries(members[step] ?? {}));
      members[step] = inner;
      members = inner;
    }
    members[last] = tensor;
  }
  for (const name of NAMES) if (name in metadata) answer[name] = parsedJson(metadata[name]);
  const { kernel, scale, shape } = metadata;
  answer.meta = { kernel, scale: Number(scale), shape: parsedJson(shape) };
  return answer;
}
