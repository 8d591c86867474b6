import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { type Block, commandsOf } from './blocks.ts';
import { expectPrinted } from './examples.ts';
import { expectShown } from './shown.ts';
import { stories } from './stories.ts';

const run = promisify(execFile);

function hasNumpy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('skipped: programs of the pages that save arrays need python3 with numpy');
    return false;
  }
}

describe('a section from NumPy to an answer', () => {
  let server: RunningServer;
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-story-'));
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    expect(await server.stop()).toBe(0);
  });

  /** What a block prints. */
  async function printed(block: Block): Promise<string> {
    const text = block.text.replaceAll('http://127.0.0.1:8080', server.url);
    if (block.language === 'python') {
      writeFileSync(join(folder, 'story.py'), text);
      return (await run('python3', ['story.py'], { cwd: folder })).stdout;
    }
    let output = '';
    for (const command of commandsOf({ ...block, text }))
      output += (await run('bash', ['-c', command], { cwd: folder })).stdout;
    return output;
  }

  it('is there', () => {
    expect(stories.map(({ page }) => page)).toContain('docs/http.md');
  });

  it.skipIf(!hasNumpy()).each(stories)('goes as $page shows it: $section', async ({ blocks }) => {
    for (const block of blocks.filter(({ language }) => language === 'python' || language === 'sh')) {
      const output = await printed(block);
      if (block.next?.language === 'json') expectShown(JSON.parse(output), JSON.parse(block.next.text));
      else if (block.next?.language === 'text') expectPrinted(output, block.next.text);
    }
  });
});
