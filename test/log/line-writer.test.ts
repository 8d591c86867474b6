import { fc, test } from '@fast-check/vitest';
import { describe, expect, it, vi } from 'vitest';
import { LineWriter } from '../../src/log/line-writer.ts';
import type { Output } from '../../src/log/output.ts';

const MIB = 2 ** 20;

/** An output with room for so many bytes, that refuses what is beyond as a full pipe or disk does. */
class Narrow implements Output {
  room = 0;
  text = '';
  code = 'EAGAIN';
  /** The most that it was ever offered at once. */
  offered = 0;

  write(bytes: Buffer, done: Parameters<Output['write']>[1]): void {
    let written = 0;
    try {
      written = this.writeNow(bytes);
    } catch (error) {
      done(error as NodeJS.ErrnoException, 0);
      return;
    }
    done(null, written);
  }

  writeNow(bytes: Buffer): number {
    this.offered = Math.max(this.offered, bytes.byteLength);
    const written = Math.min(this.room, bytes.byteLength);
    if (written === 0 && bytes.byteLength > 0) throw Object.assign(new Error('no room'), { code: this.code });
    this.text += bytes.toString('latin1', 0, written);
    this.room -= written;
    return written;
  }
}

function writerTo(output: Output): LineWriter {
  const writer = new LineWriter(output, (lines) => writer.write(`lost ${lines}\n`));
  return writer;
}

describe('lines of log', () => {
  it.each(['EAGAIN', 'ENOSPC', 'EPIPE'])('wait in bounded memory while the output says %s', (code) => {
    vi.useFakeTimers();
    const output = Object.assign(new Narrow(), { code });
    const writer = writerTo(output);
    const line = `${'x'.repeat(1023)}\n`;
    for (let i = 0; i < 10_000; i++) writer.write(line);
    vi.advanceTimersByTime(60_000);
    // 1,024 lines are a MiB.
    expect(writer.lost).toBe(10_000 - 1024);
    output.room = Number.POSITIVE_INFINITY;
    vi.advanceTimersByTime(2000);
    expect(output.text).toBe(`${line.repeat(1024)}lost 8976\n`);
    expect(output.offered).toBeLessThanOrEqual(MIB);
    vi.useRealTimers();
  });

  test.prop(
    [
      fc.array(
        fc.record({
          lines: fc.nat({ max: 300 }),
          bytes: fc.integer({ min: 5, max: 9000 }),
          room: fc.nat({ max: 3 * MIB }),
          ms: fc.constantFrom(0, 10, 100, 3000),
        }),
        { maxLength: 8 },
      ),
    ],
    { numRuns: 50 },
  )('come out whole and in their order, and all others are counted', (rounds) => {
    vi.useFakeTimers();
    const output = new Narrow();
    const writer = writerTo(output);
    let written = 0;
    for (const { lines, bytes, room, ms } of rounds) {
      for (let i = 0; i < lines; i++) writer.write(`${String(written++).padEnd(bytes)}\n`);
      output.room += room;
      vi.advanceTimersByTime(ms);
    }
    output.room = Number.POSITIVE_INFINITY;
    vi.advanceTimersByTime(3000);
    let next = 0;
    for (const line of output.text.split('\n').slice(0, -1)) {
      const lost = /^lost (\d+)$/.exec(line)?.[1];
      if (lost === undefined) expect(Number(line)).toBe(next);
      next += Number(lost ?? 1);
    }
    expect(next).toBe(written);
    vi.useRealTimers();
  });

  it('are written at the end of the process as far as there is room', () => {
    const output = new Narrow();
    output.room = 8;
    const writer = writerTo(output);
    writer.write('one\n');
    writer.write('two\n');
    writer.write('three\n');
    writer.end();
    expect(output.text).toBe('one\ntwo\n');
  });
});
