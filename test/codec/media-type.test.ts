import { describe, expect, it } from 'vitest';
import { answerType, requestType, textAnswerType } from '../../src/codec/media-type.ts';
import { refusal } from './reading.ts';

const JSON_TYPE = 'application/json';
const SAFETENSORS = 'application/vnd.safetensors';

describe('Content-Type', () => {
  it.each([
    [JSON_TYPE, 'json'],
    ['Application/JSON; charset=UTF-8', 'json'],
    ['application/json;charset="utf-8"', 'json'],
    [SAFETENSORS, 'safetensors'],
    ['application/octet-stream', 'safetensors'],
    ['application/x-npz', 'npz'],
    ['application/zip', 'npz'],
  ])('%s is %s', (contentType, format) => {
    expect(requestType(contentType)).toBe(format);
  });

  it.each([
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'json',
  ])('%s is refused, with what is offered', (contentType) => {
    expect(refusal(() => requestType(contentType))).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });
});

describe('Accept', () => {
  it.each([
    [JSON_TYPE, undefined, 'json'],
    [SAFETENSORS, undefined, 'safetensors'],
    [SAFETENSORS, '', 'safetensors'],
    [SAFETENSORS, '*/*', 'safetensors'],
    [JSON_TYPE, 'application/*', 'json'],
    [JSON_TYPE, SAFETENSORS, 'safetensors'],
    [JSON_TYPE, 'application/octet-stream', 'safetensors'],
    [SAFETENSORS, JSON_TYPE, 'json'],
    [SAFETENSORS, `${JSON_TYPE}, ${SAFETENSORS}`, 'safetensors'],
    [JSON_TYPE, `${JSON_TYPE};q=0.5, ${SAFETENSORS};q=0.9`, 'safetensors'],
    [JSON_TYPE, `${JSON_TYPE};q=0, */*`, 'safetensors'],
    [SAFETENSORS, 'text/html, application/json;q=0.9, */*;q=0.1', 'json'],
    ['application/x-npz', '*/*', 'npz'],
    ['application/zip', 'application/*', 'npz'],
    ['application/x-npz', 'application/json', 'json'],
    [JSON_TYPE, 'application/x-npz', 'npz'],
    [SAFETENSORS, 'application/zip, text/plain;q=0.5', 'npz'],
    [JSON_TYPE, 'TEXT/HTML, Application/JSON ; Q=0.1', 'json'],
  ])('to a request in %s, %s is answered with %s', (contentType, accept, format) => {
    expect(answerType(contentType, accept)).toBe(format);
  });

  it.each(['text/html', 'application/json;q=0', 'application/json;q=high', '*/*;q=0'])('%s is refused', (accept) => {
    expect(refusal(() => answerType(JSON_TYPE, accept))).toMatchObject({ status: 406, code: 'not_acceptable' });
  });
});

describe('Accept of answers over text', () => {
  it.each([
    [undefined, 'json'],
    ['*/*', 'json'],
    ['text/plain', 'text'],
    ['text/*', 'text'],
    ['text/plain; charset=utf-8', 'text'],
    ['image/svg+xml', 'svg'],
    ['image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'svg'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', 'json'],
    ['image/svg+xml;q=0.2, text/plain;q=0.7, application/json;q=0.5', 'text'],
  ])('%s is answered with %s', (accept, format) => {
    expect(textAnswerType(accept)).toBe(format);
  });

  it.each(['image/png', 'text/html', 'application/vnd.safetensors'])('%s is refused', (accept) => {
    expect(refusal(() => textAnswerType(accept))).toMatchObject({ status: 406, code: 'not_acceptable' });
  });
});
