import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { blocksOf } from '../docs/blocks.ts';
import { type Serving, serve } from '../http/serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

describe('the example of docs/stream.md', () => {
  it('runs as it stands and prints the steps', async () => {
    const [example] = blocksOf('docs/stream.md').filter(({ language }) => language === 'js');
    const printed: unknown[][] = [];
    const closed = new Promise((resolve) => {
      class Watched extends WebSocket {
        constructor(url: string, protocol: string) {
          super(url.replace('ws://127.0.0.1:8080', serving.url.replace('http', 'ws')), protocol);
          this.on('close', resolve);
        }
      }
      new Function('WebSocket', 'console', example.text)(Watched, { log: (...line: unknown[]) => printed.push(line) });
    });
    await closed;
    // One row: k and v, then q to z.
    expect(printed.map(([seq, name, row]) => [seq, name, row])).toEqual([
      [1, 'k', undefined],
      [2, 'v', undefined],
      [3, 'q', 0],
      [4, 'attn_scores', 0],
      [5, 'scaled', 0],
      [6, 'pattern', 0],
      [7, 'z', 0],
    ]);
    expect(printed[3][3]).toEqual([2, 0]);
  });
});
