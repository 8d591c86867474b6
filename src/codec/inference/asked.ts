/** What a request wants back: which outputs, each in JSON or as bytes. */
import { guess, quoted } from '../unknown-field.ts';
import { fault, isObject } from './fault.ts';
import type { FrameParts } from './frame.ts';
import { isBinaryOutput } from './inputs.ts';
import type { InferenceModel, ModelName } from './models.ts';

/** It can travel between threads. */
export interface Asked {
  model: ModelName;
  /** What the request calls itself; its answer repeats it. */
  id: string | undefined;
  /** In their order; undefined: all that are computed. */
  outputs: readonly AskedOutput[] | undefined;
  /** Whether outputs come as bytes that do not say so themselves. */
  isBinary: boolean;
}

export interface AskedOutput {
  name: string;
  isBinary: boolean;
}

/** An id is a name, and stands in the answer. */
const LONGEST_ID = 1024;

/** @throws RequestError `invalid_inference` */
export function readAsked({ id, outputs }: FrameParts, isBinary: boolean, model: InferenceModel): Asked {
  if (id !== undefined && id !== null && (typeof id !== 'string' || id.length > LONGEST_ID)) {
    throw fault(`id must be a text of at most ${LONGEST_ID} characters`, 'id');
  }
  const listed = outputs ?? [];
  if (!Array.isArray(listed)) throw fault('outputs must be a list of objects with a name', 'outputs');
  const seen = new Set<string>();
  const asked = listed.map((entry: unknown, index) => {
    const name = isObject(entry) ? entry.name : undefined;
    if (!isObject(entry) || typeof name !== 'string') {
      throw fault(`outputs[${index}] must be an object with a name`, 'outputs', index);
    }
    const known = [...model.outputs.keys()];
    if (!model.outputs.has(name)) {
      const detail = `${model.name} has no output ${quoted(name)}; its outputs are ${known.join(', ')}${guess(name, known)}`;
      throw fault(detail, 'outputs', index, 'name');
    }
    if (seen.has(name)) throw fault(`the output ${name} is asked for twice`, 'outputs', index);
    seen.add(name);
    const other = Object.keys(entry).find((member) => member !== 'name' && member !== 'parameters');
    if (other !== undefined) {
      throw fault(
        `the output ${name} has a member ${quoted(other)}: an output has name and parameters`,
        'outputs',
        index,
      );
    }
    return { name, isBinary: isBinaryOutput(name, entry.parameters, isBinary) };
  });
  return { model: model.name, id: id ?? undefined, outputs: asked.length === 0 ? undefined : asked, isBinary };
}
