/** The forms of tensors in answers, for the documentation; the same names as in requests, and those of numbers that are not finite. */
import { z } from 'zod';
import { base64, extended, numberLists, scoreLists, shape } from './tensor-schemas.ts';

const answerDtype = z
  .enum(['float32', 'float64'])
  .meta({ id: 'AnswerDtype', description: 'As the precision asked for.' });
const flatAnswer = z
  .object({ shape, dtype: answerDtype, data: numberLists.vector })
  .meta({ id: 'FlatAnswer', description: 'With tensor_format flat.' });
const flatScores = z
  .object({ shape, dtype: answerDtype, data: scoreLists.vector })
  .meta({ id: 'FlatScores', description: 'With tensor_format flat.' });
const base64Answer = z
  .object({ shape, dtype: answerDtype, data: base64 })
  .meta({ id: 'Base64Answer', description: 'With tensor_format base64.' });

const FORMS = 'In the form of query, unless tensor_format asks for another.';

/** A tensor of an answer with the rank of query. */
export const answerTensorSchema = z
  .union([...Object.values(numberLists), flatAnswer, base64Answer])
  .meta({ id: 'AnswerTensor', description: `A tensor of the rank of query. ${FORMS}` });

/** The same of numbers that may not be finite. */
export const answerScoresSchema = z.union([...Object.values(scoreLists), flatScores, base64Answer]).meta({
  id: 'AnswerScores',
  description: `Scores of the rank of query, "-Infinity" where a key is hidden. ${FORMS}`,
});

/** A number for each row or each head: the rank of query less one or two. */
export const rowNumbersSchema = z
  .union([z.number(), numberLists.vector, numberLists.matrix, numberLists.heads, flatAnswer, base64Answer])
  .meta({
    id: 'RowNumbers',
    description: `A number for each row or head; one alone stands without brackets. ${FORMS}`,
  });

/** The same of numbers that may not be finite. */
export const rowScoresSchema = z
  .union([extended, scoreLists.vector, scoreLists.matrix, scoreLists.heads, flatScores, base64Answer])
  .meta({ id: 'RowScores', description: `A number for each row, "-Infinity" for one that sees nothing. ${FORMS}` });

/** The numbers of a step of a run. */
export const stepNumbersSchema = z.union([extended, ...Object.values(scoreLists)]).meta({
  id: 'StepNumbers',
  description:
    'Nested arrays of the shape of the step; −∞ is "-Infinity". A step that float32 cannot hold has numbers of float64.',
});

/** Numbers of an answer of which there is always a matrix, as over text. */
export const matrixAnswerSchema = z
  .union([numberLists.matrix, flatAnswer, base64Answer])
  .meta({ id: 'MatrixAnswer', description: 'Row by row, unless tensor_format asks for another form.' });
export const scoreMatrixAnswerSchema = z
  .union([scoreLists.matrix, flatScores, base64Answer])
  .meta({ id: 'ScoreMatrixAnswer', description: 'Row by row, "-Infinity" where a key is hidden.' });
export const vectorAnswerSchema = z
  .union([numberLists.vector, flatAnswer, base64Answer])
  .meta({ id: 'VectorAnswer', description: 'A list, unless tensor_format asks for another form.' });
