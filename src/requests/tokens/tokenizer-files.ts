import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TokenizerFile } from '../../text/hugging-face/file.ts';
import { BUILT_IN } from '../../text/tokenize/tokenizer-set.ts';

const MAX_FILES = 64;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NAME_IN_WORDS =
  'a name has up to 64 letters and digits of ASCII, points, hyphens and underscores, and begins with a letter or digit';
/** What stands beside the tokenizer.json of a model, and never beside other tokenizers. */
const OF_A_MODEL = ['config.json', 'tokenizer_config.json', 'special_tokens_map.json', 'generation_config.json'];

/** The files of a directory, and what is wrong with the names of others. */
export interface FoundFiles {
  files: TokenizerFile[];
  faults: string[];
}

/**
 * Finds the tokenizers of a directory: NAME.json, or NAME/tokenizer.json with its tokenizer_config.json, as Hugging Face
 * publishes them; or of a model's own folder the one that it has, by the name of the folder. What else is there is passed
 * over. Nothing is read yet.
 * @throws Error as of node:fs
 */
export function findTokenizerFiles(directory: string): FoundFiles {
  const entries = readdirSync(directory).sort();
  const found: FoundFiles = { files: [], faults: [] };
  if (entries.includes('tokenizer.json') && OF_A_MODEL.some((name) => entries.includes(name))) {
    addFolder(found, basename(realpathSync(directory)), directory);
    return found;
  }
  for (const entry of entries) {
    const path = join(directory, entry);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      if (isFile(join(path, 'tokenizer.json'))) addFolder(found, entry, path);
    } else if (entry.endsWith('.json')) add(found, entry.slice(0, -'.json'.length), path, undefined);
  }
  return found;
}

function addFolder(found: FoundFiles, name: string, folder: string): void {
  const config = join(folder, 'tokenizer_config.json');
  add(found, name, join(folder, 'tokenizer.json'), isFile(config) ? config : undefined);
}

function add({ files, faults }: FoundFiles, name: string, path: string, configPath: string | undefined): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) faults.push(`${path}: it is a link to nothing`);
  else if (!NAME.test(name)) {
    faults.push(`${path}: no tokenizer can be called ${JSON.stringify(name)}: ${NAME_IN_WORDS}`);
  } else if (BUILT_IN.has(name)) {
    const taken = [...BUILT_IN].join(', ');
    faults.push(`${path}: ${name} is the name of a tokenizer that comes with the service; any but ${taken} can be had`);
  } else if (files.some((other) => other.name === name)) {
    faults.push(`${path}: another file here is called ${name} as well`);
  } else if (files.length === MAX_FILES) {
    faults.push(`${path}: it is one more than the ${MAX_FILES} that there may be`);
  } else files.push({ name, path, configPath, bytes: stat.size, modifiedMs: stat.mtimeMs });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
