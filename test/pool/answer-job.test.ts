import { describe, expect, it } from 'vitest';
import { AnswerJob } from '../../src/pool/answer-job.ts';

const jobOf = (contentType: string, bytes: number) =>
  new AnswerJob({ kind: 'attention', body: new Uint8Array(bytes), contentType, accept: undefined });

describe('a request whose body may be compressed', () => {
  it('shares no hop and counts as one that grows, however small it is', () => {
    const [archive, json] = [jobOf('application/x-npz', 1000), jobOf('application/json', 1000)];
    expect([archive.sharesHop, archive.grows]).toEqual([false, 'open']);
    expect([json.sharesHop, json.grows]).toEqual([true, undefined]);
  });

  it('is long at a length at which stored bytes are not', () => {
    expect(jobOf('application/x-npz', 2 ** 21).wants).toBe('long');
    expect(jobOf('application/vnd.safetensors', 2 ** 21).wants).toBe('slice');
  });
});
