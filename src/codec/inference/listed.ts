/** Data that stand in the JSON of a request: nested as the shape has it, or flat, row by row. */
import { pointerTo, RequestError } from '../../errors.ts';
import { elementCount, type InputTensor, type Tensor } from '../../tensor/tensor.ts';
import { type Dtype, tensorFromBytes } from '../dtype.ts';
import { ElementBudget, readShape, type TensorReading } from '../elements.ts';
import { JsonElements } from '../json/json-elements.ts';
import { flatTensor, orFault } from '../json/json-tensor.ts';
import type { JsonText } from '../json/json-text.ts';
import { checkOptionShape, MOST_NUMBERS, optionOfItems } from '../option-tensors.ts';
import { FINITE, type TensorFields } from '../tensor-request.ts';
import { fault } from './fault.ts';
import { passData } from './frame.ts';
import type { Input } from './inputs.ts';

/** The value of an input, or what is wrong with it: that is told once the rest of the body is known to be JSON. */
export type Value = { tensor: InputTensor } | { option: unknown } | RequestError;

/** What is the same for all inputs of a request. */
export type Reading = Omit<TensorReading, 'field' | 'kind'>;

/** Reads the list that comes next in `text`, to its end. */
export function readListed(text: JsonText, input: Input, reading: Reading, fields: TensorFields): Value {
  const { name, is } = input;
  if (is.kind === 'option') return readOption(text, input, reading);
  const own = { ...reading, field: name, kind: fields[name] };
  const shape = orFault(() => shapeOf(input, own));
  const tensor =
    shape instanceof RequestError ? passed(text, shape) : readTensor(text, { dtype: is.dtype, shape }, own);
  return tensor instanceof RequestError ? tensor : { tensor };
}

/** The shape of a tensor; a single number may have none. @throws RequestError `invalid_rank`, `too_many_elements` */
export function shapeOf({ shape }: Pick<Input, 'shape'>, reading: TensorReading): number[] {
  return readShape(reading.kind.single && shape.length === 0 ? [1] : shape, reading);
}

/** Numbers of an option are few, and hold whole ones up to 2^53. */
function readOption(text: JsonText, { name, shape }: Input, reading: Reading): Value {
  const budget = new ElementBudget({ maxElements: MOST_NUMBERS });
  const own: TensorReading = { ...reading, field: name, kind: FINITE, precision: 'float64', budget };
  const fault = orFault(() => checkOptionShape(name, shape));
  if (fault !== undefined) return passed(text, fault);
  const tensor = readTensor(text, { dtype: 'float64', shape }, own);
  return tensor instanceof RequestError ? tensor : { option: optionOfItems([...tensor.data], shape) };
}

function passed(text: JsonText, fault: RequestError): RequestError {
  passData(text);
  return fault;
}

/** A list is flat, or nested as its shape says. */
function readTensor(
  text: JsonText,
  { dtype, shape }: { dtype: Dtype; shape: readonly number[] },
  reading: TensorReading,
): Tensor | RequestError {
  const { field } = reading;
  // Empty lists do not tell a shape, so there is nothing to compare with it.
  if (elementCount(shape) === 0) {
    const json = passData(text);
    return orFault(() => {
      if (/[^\s,[\]]/.test(json)) throw fault(`${field}.data has elements, but its shape asks for none`, field, 'data');
      return tensorFromBytes(new Uint8Array(0), { dtype, shape }, reading, () => pointerTo(field));
    });
  }
  const elements = JsonElements.read(text, reading, 'nested');
  return orFault(() => {
    elements.checkDepth();
    if (elements.shape.length > 1) elements.checkShape();
    const isNestedOtherwise = elements.shape.length > 1 && elements.shape.join() !== shape.join();
    if (isNestedOtherwise) {
      const detail = `${field}.data is nested as [${elements.shape.join(', ')}], but its shape is [${shape.join(', ')}]`;
      throw fault(detail, field, 'data');
    }
    if (dtype === 'bool' && !elements.isBoolean && elements.total === elementCount(shape)) {
      throw fault(`${field} has the datatype BOOL, so its data must be true and false`, field, 'data');
    }
    return flatTensor(elements, { dtype, shape }, reading);
  });
}
