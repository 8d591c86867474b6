import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTokenizerFiles } from '../../../src/requests/tokens/tokenizer-files.ts';
import { describeFiles } from '../../../src/text/hugging-face/about.ts';
import { pathOf } from '../../text/hugging-face/files.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spotlight-tokenizers-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function put(path: string, text?: string): void {
  mkdirSync(join(directory, path, '..'), { recursive: true });
  if (text === undefined) copyFileSync(pathOf('byte-level'), join(directory, path));
  else writeFileSync(join(directory, path), text);
}

/** Names of files that can be used, and what is wrong with the others. */
async function look(): Promise<{ names: string[]; faults: string[] }> {
  const { files, faults } = findTokenizerFiles(directory);
  const described = await describeFiles(files);
  return { names: described.abouts.map(({ name }) => name), faults: [...faults, ...described.faults] };
}

describe('a directory of tokenizers', () => {
  it('has them as files, and as folders with their configuration', async () => {
    put('one.json');
    put('two/tokenizer.json');
    put('two/tokenizer_config.json', '{"model_max_length": 512}');
    put('three/vocab.txt', 'no tokenizer');
    put('README.md', 'no tokenizer');
    expect(await look()).toEqual({ names: ['one', 'two'], faults: [] });
    const { abouts } = await describeFiles(findTokenizerFiles(directory).files);
    expect(abouts.map(({ maxTokens }) => maxTokens)).toEqual([null, 512]);
  });

  it("that is a model's own folder has the one of the model", async () => {
    put('bert-base/tokenizer.json');
    put('bert-base/tokenizer_config.json', '{"model_max_length": 512}');
    put('bert-base/config.json', '{}');
    put('bert-base/vocab.json', '{}');
    const { files, faults } = findTokenizerFiles(join(directory, 'bert-base'));
    expect(faults).toEqual([]);
    expect(files.map(({ name }) => name)).toEqual(['bert-base']);
    expect((await describeFiles(files)).abouts[0].maxTokens).toBe(512);
  });

  it('names all files that cannot be used, each with what is wrong', async () => {
    put('broken.json', '{"model":');
    put('cut.json', '{"model":{"type":"BPE","vocab":{"a":0,"b');
    put('empty.json', '');
    put('fine.json');
    put('folder/tokenizer.json');
    put('folder/tokenizer_config.json', '{"model_max_length": "many"}');
    put('gpt2.json');
    put('list.json', '[]');
    put('-.json');
    put('model.json', '{"model":{}}');
    put(
      'normalizer.json',
      JSON.stringify({ normalizer: { type: 'Upside' }, model: { type: 'WordLevel', vocab: { a: 0 } } }),
    );
    put('strings.json', '{"model":{"type":"WordPiece","vocab":{"a":"0"}}}');
    put('unmerged.json', '{"model":{"type":"BPE","vocab":{"a":0}}}');
    put('scores.json', '{"model":{"type":"Unigram","vocab":[["a","b"]]}}');
    put('added.json', '{"added_tokens":[{"id":-1,"content":"a"}],"model":{"type":"WordLevel","vocab":{"a":0}}}');
    symlinkSync('nowhere', join(directory, 'link.json'));
    const { names, faults } = await look();
    expect(names).toEqual(['fine']);
    const expected: [file: string, fault: RegExp][] = [
      ['broken.json', /cut off/],
      ['cut.json', /ends within a string/],
      ['empty.json', /cut off/],
      ['folder/tokenizer_config.json', /model_max_length/],
      ['gpt2.json', /the name of a tokenizer that comes with the service; any but .*o200k_base/],
      ['list.json', /\{ must stand at byte 0/],
      ['-.json', /no tokenizer can be called "-": a name has up to 64 letters and digits/],
      ['model.json', /model.vocab is missing/],
      ['normalizer.json', /normalizer is not one that the library knows/],
      ['strings.json', /integers of at least 0 as ids/],
      ['unmerged.json', /model.merges is missing/],
      ['scores.json', /numbers as scores/],
      ['added.json', /added_tokens.0.id/],
      ['link.json', /a link to nothing/],
    ];
    for (const [file, fault] of expected) {
      const said = faults.filter((text) => text.startsWith(`${join(directory, file)}: `));
      expect(said, file).toEqual([expect.stringMatching(fault)]);
    }
    expect(faults).toHaveLength(expected.length);
  });

  it('may hold 64 of them', () => {
    for (let i = 0; i < 65; i++) put(`${i}.json`, '{}');
    const { files, faults } = findTokenizerFiles(directory);
    expect(files).toHaveLength(64);
    expect(faults).toEqual([expect.stringMatching(/one more than the 64/)]);
  });
});
