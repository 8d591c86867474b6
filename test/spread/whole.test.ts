import { describe, expect, it } from 'vitest';
import { cutWhole } from '../../src/spread/cut.ts';
import { readWhole } from '../../src/spread/whole.ts';
import { tensorOf } from './requests.ts';
import { type FileTensor, fileOf, limits, SAFETENSORS, wholeOf } from './spreading.ts';

const query = tensorOf('query', 'F32', [1, 2, 300, 8], 1);
const key = tensorOf('key', 'F32', [1, 2, 400, 8], 2);
const value = tensorOf('value', 'F32', [1, 2, 400, 8], 3);

/** Why a request is computed whole. */
function reason(metadata: Record<string, string>, more: readonly FileTensor[] = [], own = [query, key, value]): string {
  const whole = wholeOf(fileOf([...own, ...more], metadata));
  if ('why' in whole) return whole.why;
  const cut = cutWhole(whole, { shardCost: 12_000_000, wanted: 4 });
  return 'why' in cut ? cut.why : 'it is spread';
}

describe('what can be spread', () => {
  it.each([
    [{}, 'it is spread'],
    [{ outputs: '["lse"]', is_causal: 'true', softcap: '30', window: '{"left": 5}' }, 'it is spread'],
    [{ outputs: '["weights", "lse"]' }, 'weights asked for beside the output'],
    [{ need_weights: 'true' }, 'weights asked for beside the output'],
    [{ outputs: '["stats"]' }, 'stats asked for beside the output'],
    [{ rotary: '{"base": 10000, "dim": 8}' }, 'rotary turns its queries and keys'],
    [{ head_labels: '["a", "b"]' }, 'its rows, columns or heads have names'],
    [{ enable_gqa: 'false' }, 'it is spread'],
  ])('%o: %s', (metadata, why) => {
    expect(reason(metadata)).toBe(why);
  });

  it('is told of tensors, too', () => {
    const other = tensorOf('bias', 'F32', [1], 4);
    expect(reason({}, [other])).toBe('bias is no tensor of an attention');
    const lengths: FileTensor = { name: 'key_lengths', dtype: 'U8', shape: [1], data: Uint8Array.of(7) };
    expect(reason({}, [], [lengths, query, key, value])).toBe('it is spread');
    expect(reason({}, [lengths])).toBe('key_lengths is a tensor that lies behind others');
    expect(reason({ key_lengths: '[7]' }, [], [lengths, query, key, value])).toMatch(/and a text of its __metadata__$/);
    expect(reason({}, [], [query, key])).toBe('value is missing');
    const past = tensorOf('past_key', 'F16', [1, 2, 50, 8], 5);
    expect(reason({}, [past])).toBe('past_key and past_value are not both there');
    const pastValue = tensorOf('past_value', 'F32', [1, 2, 50, 8], 5);
    expect(reason({}, [pastValue, past])).toBe('past and new keys or values differ in dtype or sizes');
  });

  it('is nothing that is wrong: one machine says what is', () => {
    expect(reason({ softcap: '-1' })).toMatch(/^the request is not understood: softcap must be/);
    expect(reason({}, [tensorOf('attn_mask', 'F32', [299, 400], 4)])).toBe('attn_mask does not fit');
    const other = tensorOf('value', 'F32', [1, 2, 399, 8], 3);
    expect(reason({}, [], [query, key, other])).toMatch(/^the request is not understood: value has length 399/);
  });

  it('is safetensors, asked and answered', () => {
    const file = fileOf([query, key, value], {});
    const about = { head: file, bodyBytes: file.length, contentType: SAFETENSORS, accept: undefined };
    expect(readWhole({ ...about, accept: 'application/json' }, limits)).toEqual({
      why: 'its answer is asked for in another format than safetensors',
    });
    expect(readWhole({ ...about, contentType: 'application/json' }, limits)).toEqual({
      why: 'its body is not a safetensors file',
    });
    expect(readWhole(about, { ...limits, maxElements: 100 })).toEqual({
      why: 'it holds more numbers than a request may',
    });
  });

  it('has no sinks where the keys of a row are split, as they are merged behind the last', () => {
    const one = tensorOf('query', 'F32', [1, 1, 1, 8], 1);
    const keys = ['key', 'value'].map((name) => tensorOf(name, 'F32', [1, 1, 4096, 8], 2));
    expect(reason({}, [], [one, ...keys])).toBe('it is spread');
    expect(reason({}, [tensorOf('sinks', 'F32', [1], 4)], [one, ...keys])).toMatch(/sinks are counted$/);
  });
});
