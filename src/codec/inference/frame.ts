/**
 * The JSON object of a request (specification, "Inference Request JSON Object"), walked once by the reader of all JSON. What
 * stands in it is not understood yet; members of a name that stands there twice count as the last, as JSON.parse has it.
 */

import { JsonText } from '../json/json-text.ts';
import type { CodecLimits } from '../tensor-request.ts';
import { quoted } from '../unknown-field.ts';
import { fault, isObject } from './fault.ts';

/** An entry of `inputs`. */
export interface InputParts {
  index: number;
  isObject: boolean;
  name?: unknown;
  shape?: unknown;
  datatype?: unknown;
  parameters?: unknown;
  /** Whether there are data, and a list of them. */
  data: 'none' | 'list' | 'other';
  /** The first member that an entry does not have. */
  unknown?: string;
}

export interface FrameParts {
  id?: unknown;
  parameters?: unknown;
  outputs?: unknown;
  inputs: InputParts[] | undefined;
  unknown?: string;
}

/** Takes the list of data that comes next in `text`, or passes over it. */
export type TakeData = (text: JsonText, input: InputParts) => void;

const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const LETTER_N = 0x6e;
/** Members that say what the path has said. */
const OF_THE_PATH = new Set(['model_name', 'model_version']);

/** At which depth the members of the request, the entries of `inputs` and the members of these stand. */
const DEPTH = { request: 1, inputs: 2, input: 3 } as const;

/**
 * Walks over the JSON of a request.
 * @param checkEnd is told of what was found before the end of the text is looked at, and throws where there is more to say
 * @throws RequestError `invalid_json`, `invalid_encoding`, `invalid_inference` …
 */
export function walkFrame(
  json: Uint8Array,
  limits: CodecLimits,
  { takeData, checkEnd }: { takeData: TakeData; checkEnd: (parts: FrameParts) => void },
): FrameParts {
  const text = new JsonText(json, limits);
  const parts: FrameParts = { inputs: undefined };
  if (text.peek() !== OPEN_OBJECT) {
    text.pass(0);
    text.finish();
    throw fault('the body must be a JSON object with inputs');
  }
  for (let name = text.nextMember(DEPTH.request); name !== undefined; name = text.nextMember(DEPTH.request)) {
    if (name === 'inputs' && text.peek() === OPEN_ARRAY) parts.inputs = walkInputs(text, takeData);
    else {
      const value: unknown = JSON.parse(text.pass(DEPTH.request));
      if (name === 'inputs') parts.inputs = undefined;
      else if (name === 'id' || name === 'parameters' || name === 'outputs') parts[name] = value;
      else if (!OF_THE_PATH.has(name)) parts.unknown ??= name;
    }
  }
  checkEnd(parts);
  text.finish();
  if (parts.unknown !== undefined) {
    const members = 'a request has id, parameters, inputs and outputs';
    throw fault(`a request has no member ${quoted(parts.unknown)}: ${members}`, parts.unknown);
  }
  return parts;
}

function walkInputs(text: JsonText, takeData: TakeData): InputParts[] {
  const inputs: InputParts[] = [];
  while (text.nextItem(DEPTH.inputs)) {
    const input: InputParts = { index: inputs.length, isObject: text.peek() === OPEN_OBJECT, data: 'none' };
    if (input.isObject) walkInput(text, input, takeData);
    else text.pass(DEPTH.inputs);
    inputs.push(input);
  }
  return inputs;
}

function walkInput(text: JsonText, input: InputParts, takeData: TakeData): void {
  for (let name = text.nextMember(DEPTH.input); name !== undefined; name = text.nextMember(DEPTH.input)) {
    if (name === 'data') {
      const first = text.peek();
      input.data = first === OPEN_ARRAY ? 'list' : first === LETTER_N ? 'none' : 'other';
      if (first === OPEN_ARRAY) takeData(text, input);
      else text.pass(DEPTH.input);
      continue;
    }
    const value: unknown = JSON.parse(text.pass(DEPTH.input));
    if (name === 'name' || name === 'shape' || name === 'datatype' || name === 'parameters') input[name] = value;
    else input.unknown ??= name;
  }
}

/** Moves over data that are not read. */
export function passData(text: JsonText): string {
  return text.pass(DEPTH.input);
}

/** Parameters of a request, an input or an output; null is none. @throws RequestError `invalid_inference` */
export function parametersOf(value: unknown, ...place: PropertyKey[]): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw fault('parameters must be an object of names and values', ...place, 'parameters');
}
