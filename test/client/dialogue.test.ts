import { describe, expect, it } from 'vitest';
import { SpotlightClient, type StepStream, type StreamOptions, type WatchOptions } from '../../client/src/client.ts';
import { failureOf } from './failure.ts';
import { type ScriptedSocket, scriptedSockets } from './scripted-socket.ts';

const retries = { attempts: 3, baseMs: 1, maxMs: 2, deadlineMs: 10_000 };

function watching(options: Omit<WatchOptions, 'tensors'> & { after?: number } = {}) {
  const sockets = scriptedSockets();
  const client = new SpotlightClient({ baseUrl: 'https://example.org/x', token: 't', WebSocket: sockets.WebSocket });
  return { sockets, stream: client.watch('r', { retries, ...options }) };
}

const seqOf = async (next: Promise<IteratorResult<{ seq: number }>>) => (await next).value?.seq;
const hello = { type: 'hello', encoding: 'json', token: 't' };
const watch = { type: 'watch', id: 'stream', run: 'r', after: 0, credits: 4, paused: false };

/** The first socket, once it was told of the run. */
async function begun(sockets: ReturnType<typeof scriptedSockets>): Promise<ScriptedSocket> {
  const socket = await sockets.next();
  socket.welcome();
  socket.started();
  socket.look();
  return socket;
}

describe('the first words of a stream', () => {
  it('are hello with the token, then watch with the credits of its window', async () => {
    const { sockets } = watching({ window: 4 });
    const socket = await sockets.next();
    expect(socket.url).toBe('wss://example.org/x/attention/stream');
    expect(socket.binaryType).toBe('arraybuffer');
    expect(socket.look()).toEqual([]);
    socket.welcome();
    expect(socket.look()).toEqual([hello, watch]);
  });

  it('ask for no more credits than the server allows', async () => {
    const { sockets } = watching({ window: 4 });
    const socket = await sockets.next();
    socket.welcome({ credits: 3 });
    expect(socket.look()).toEqual([hello, { ...watch, credits: 3 }]);
  });
});

describe('credits', () => {
  it('are granted when half the window is free', async () => {
    const { sockets, stream } = watching({ window: 4 });
    const socket = await begun(sockets);
    socket.steps(1, 2, 3, 4);
    await stream.next();
    expect(socket.look()).toEqual([]);
    await stream.next();
    expect(socket.look()).toEqual([{ type: 'credit', id: 'stream', n: 2 }]);
    await stream.next();
    expect(socket.look()).toEqual([]);
    await stream.next();
    expect(socket.look()).toEqual([{ type: 'credit', id: 'stream', n: 2 }]);
  });

  it('are granted again for steps that a seek made void', async () => {
    const { sockets, stream } = watching({ window: 4 });
    const socket = await begun(sockets);
    const next = stream.next();
    stream.seek(50);
    const [, ping] = socket.look();
    socket.steps(1, 2);
    expect(socket.look()).toEqual([{ type: 'credit', id: 'stream', n: 2 }]);
    socket.deliver({ type: 'pong', t: ping.type === 'ping' ? (ping.t ?? undefined) : undefined });
    socket.steps(50);
    expect(await seqOf(next)).toBe(50);
  });
});

describe('a seek', () => {
  it('drops what was under way, and nothing else', async () => {
    const { sockets, stream } = watching({ window: 8 });
    const socket = await begun(sockets);
    socket.steps(1, 2, 3);
    expect(await seqOf(stream.next())).toBe(1);
    stream.seek(3);
    expect(socket.look()).toEqual([
      { type: 'pause', id: 'stream' },
      { type: 'ping', t: 0 },
      { type: 'seek', id: 'stream', to: 3 },
      { type: 'resume', id: 'stream' },
    ]);
    socket.steps(4, 5);
    socket.deliver({ type: 'pong', t: 0 });
    socket.steps(3, 4);
    expect(await seqOf(stream.next())).toBe(3);
    expect(await seqOf(stream.next())).toBe(4);
  });

  it('holds for the connection that comes after a loss', async () => {
    const { sockets, stream } = watching({ window: 4, after: 7 });
    const socket = await begun(sockets);
    stream.seek(30);
    socket.end(1006);
    const other = await sockets.next();
    other.welcome();
    expect(other.look()).toEqual([hello, { ...watch, after: 29 }]);
    // What was asked of the old one is not waited for.
    other.steps(30);
    expect(await seqOf(stream.next())).toBe(30);
  });

  it('brings back a stream that had come to its end and lost its connection', async () => {
    const { sockets, stream } = watching({ window: 4 });
    const socket = await begun(sockets);
    const stats = { entropy: [[0]], max_weight: [[1]], effective_keys: [[1]], mean_distance: [[0]] };
    const summary = { steps: 100, stats, timings: { decode: 0, compute: 0, total: 0 } };
    socket.steps(99, 100);
    socket.deliver({ type: 'done', id: 'stream', run: 'r', seq: 100, summary });
    socket.end(1006);
    expect(sockets.made).toBe(1);
    stream.seek(100);
    const other = await sockets.next();
    other.welcome();
    expect(other.look()).toEqual([hello, { ...watch, after: 99 }]);
    other.steps(100);
    other.deliver({ type: 'done', id: 'stream', run: 'r', seq: 100, summary });
    expect(await seqOf(stream.next())).toBe(100);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(other.closedWith).toBe(1000);
  });
});

describe('a lost connection', () => {
  it('is made again with what is missing, less what waits', async () => {
    const { sockets, stream } = watching({ window: 4 });
    const socket = await begun(sockets);
    socket.steps(1, 2, 3);
    expect(await seqOf(stream.next())).toBe(1);
    stream.speed(5);
    socket.end(1006);
    const other = await sockets.next();
    other.welcome();
    expect(other.look()).toEqual([
      hello,
      { ...watch, after: 3, credits: 2 },
      { type: 'speed', id: 'stream', steps_per_second: 5 },
    ]);
  });

  it('is given up after as many attempts as allowed, counted anew with every step', async () => {
    const { sockets, stream } = watching();
    for (const seq of [1, 2, 3, 4]) {
      (await sockets.next()).end(1006);
      const socket = await begun(sockets);
      socket.steps(seq);
      expect(await seqOf(stream.next())).toBe(seq);
      socket.end(1013, 'overloaded');
    }
    for (let i = 0; i < 2; i++) (await sockets.next()).end(1006);
    expect(await failureOf(stream.next())).toMatchObject({ code: 'connection_failed', closeCode: 1006 });
  });

  it('costs an idle viewer no attempt', async () => {
    const { sockets, stream } = watching({ paused: true });
    for (let i = 0; i < 6; i++) (await begun(sockets)).end(1000, 'idle');
    (await begun(sockets)).steps(1);
    stream.resume();
    expect(await seqOf(stream.next())).toBe(1);
  });

  it.each([1002, 1007, 1009, 4400, 4401, 4409])('is final with %i', async (code) => {
    const { sockets, stream } = watching();
    (await sockets.next()).end(code, 'because');
    const error = await failureOf(stream.next());
    expect(error).toMatchObject({ code: 'stream_closed', closeCode: code });
    expect(error.detail).toContain('because');
    expect(sockets.made).toBe(1);
  });

  it('is final where pages of this origin may not come, which is said in one line', async () => {
    const { sockets, stream } = watching();
    (await sockets.next()).end(4403, 'no');
    const error = await failureOf(stream.next());
    expect(error).toMatchObject({ code: 'origin_not_allowed', status: 403, closeCode: 4403 });
    expect(error.message).toBe(
      'origin_not_allowed: example.org does not let pages of this origin in: its CORS_ORIGINS has to name that origin',
    );
    expect(sockets.made).toBe(1);
  });

  it.each([
    [403, 1],
    [404, 1],
    [429, 3],
    [503, 3],
  ])('is made again when the upgrade was refused with %i, %i times in all', async (status, attempts) => {
    const { sockets, stream } = watching();
    for (let i = 0; i < attempts; i++) (await sockets.next()).refuse(status);
    const code = attempts === 1 ? 'stream_closed' : 'connection_failed';
    expect(await failureOf(stream.next())).toMatchObject({ code, ...(attempts === 1 && { status }) });
    expect(sockets.made).toBe(attempts);
  });

  it('is not made before the time that goodbye names', async () => {
    const { sockets, stream } = watching();
    const socket = await begun(sockets);
    socket.deliver({ type: 'goodbye', reconnect_after_ms: 100 });
    const at = performance.now();
    socket.end(1012);
    await sockets.next();
    // Timers may be a millisecond early.
    expect(performance.now() - at).toBeGreaterThanOrEqual(99);
    await stream.return();
  });

  it('is noticed by silence, after a ping that nobody answers', async () => {
    const { sockets, stream } = watching();
    const socket = await sockets.next();
    socket.welcome({ heartbeatMs: 5 });
    await sockets.next();
    expect(socket.look().filter(({ type }) => type === 'ping')).toHaveLength(1);
    expect(socket.closedWith).toBeDefined();
    // What it says afterwards is of no interest.
    socket.steps(1);
    socket.end(4400);
    await stream.return();
  });
});

describe('what a server should not say', () => {
  it('fails the stream when a step comes twice', async () => {
    const { sockets, stream } = watching();
    (await begun(sockets)).steps(2, 2);
    expect(await failureOf(stream.next())).toMatchObject({ code: 'bad_answer' });
  });

  it('is passed over when it is of a later version', async () => {
    const { sockets, stream } = watching();
    const socket = await begun(sockets);
    socket.raw('{"type":"fanfare"}');
    socket.steps(1);
    expect(await seqOf(stream.next())).toBe(1);
  });

  it.each([
    ['text that is not JSON', '{'],
    ['a frame that belongs to no step', new ArrayBuffer(64)],
  ])('costs the connection when it is %s', async (_name, data) => {
    const { sockets, stream } = watching();
    (await begun(sockets)).raw(data);
    (await begun(sockets)).steps(1);
    expect(await seqOf(stream.next())).toBe(1);
  });
});

describe('a watch', () => {
  it('is said again behind the last step where the server could not take it now, also in the middle of a run', async () => {
    const { sockets, stream } = watching();
    const first = await begun(sockets);
    first.steps(1);
    expect(await seqOf(stream.next())).toBe(1);
    first.end(1006);
    const second = await sockets.next();
    second.welcome();
    expect(second.look()[1]).toMatchObject({ type: 'watch', after: 1 });
    second.problem('sharing_unavailable', 503);
    const third = await sockets.next();
    third.welcome();
    expect(third.look()[1]).toMatchObject({ type: 'watch', after: 1 });
    third.started();
    third.steps(2);
    expect(await seqOf(stream.next())).toBe(2);
  });
});

/** A stream that starts its run, and what it says to do so. */
function starting(options: Pick<StreamOptions, 'onRestart'> = {}) {
  const sockets = scriptedSockets();
  const client = new SpotlightClient({ baseUrl: 'http://example.org', WebSocket: sockets.WebSocket, retries });
  const request = { kind: 'attention' as const, query: [1], key: [[1]], value: [[1]] };
  return { sockets, stream: client.stream(request, { detail: 'row', window: 4, ...options }) };
}
const isStart = {
  type: 'start',
  id: 'stream',
  request: { kind: 'attention', query: [1] },
  detail: 'row',
  credits: 4,
};

describe('a start', () => {
  it('is said again when the connection is lost before the run is known, and while the server is full', async () => {
    const { sockets, stream } = starting();
    const first = await sockets.next();
    first.welcome();
    expect(first.look()[1]).toMatchObject(isStart);
    first.end(1006);
    const second = await sockets.next();
    second.welcome();
    expect(second.look()[1]).toMatchObject(isStart);
    second.problem('saturated', 503);
    const third = await begun(sockets);
    third.steps(1);
    expect(await seqOf(stream.next())).toBe(1);
    third.end(1006);
    const fourth = await sockets.next();
    fourth.welcome();
    expect(fourth.look()[1]).toEqual({ ...watch, after: 1 });
    fourth.problem('run_cancelled', 410);
    expect(await failureOf(stream.next())).toMatchObject({ code: 'run_cancelled', status: 410 });
  });
});

describe('the connection of a stream', () => {
  it('is told of when it is there, and when it is lost and will be made again', async () => {
    const heard: string[] = [];
    const { sockets, stream } = watching({ onConnection: (state) => heard.push(state) });
    const first = await sockets.next();
    expect(heard).toEqual([]);
    first.welcome();
    expect(heard).toEqual(['open']);
    first.end(1006);
    const second = await sockets.next();
    expect(heard).toEqual(['open', 'lost']);
    second.end(1006);
    await begun(sockets);
    expect(heard.slice(2)).toEqual(['lost', 'open']);
    await stream.return();
    expect(heard).toHaveLength(4);
  });

  it.each(['open', 'lost'])(
    'ends the stream with what its consumer throws when it hears that it is %s',
    async (when) => {
      const fault = new Error('no place to show that');
      const { sockets, stream } = watching({
        onConnection: (state) => {
          if (state === when) throw fault;
        },
      });
      const socket = await sockets.next();
      socket.welcome();
      socket.end(1006);
      expect(await failureOf(stream.next())).toBe(fault);
      expect(sockets.made).toBe(1);
    },
  );
});

describe('a run that its server has lost', () => {
  /** The third connection: the first saw two steps, the second heard that the run is gone. */
  async function lost(
    sockets: ReturnType<typeof scriptedSockets>,
    stream: StepStream,
    code: 'run_expired' | 'run_not_found' = 'run_not_found',
  ): Promise<ScriptedSocket> {
    const first = await begun(sockets);
    first.steps(1, 2);
    expect(await seqOf(stream.next())).toBe(1);
    expect(await seqOf(stream.next())).toBe(2);
    first.end(1006);
    const second = await sockets.next();
    second.welcome();
    second.problem(code, 404);
    const third = await sockets.next();
    third.welcome();
    return third;
  }

  it.each(['run_expired', 'run_not_found'] as const)(
    'is started again, told of, and watched from where it was (%s)',
    async (code) => {
      const heard: string[] = [];
      const { sockets, stream } = starting({ onRestart: ({ run }) => heard.push(run) });
      const socket = await lost(sockets, stream, code);
      expect(socket.look()[1]).toMatchObject({ ...isStart, credits: 0, paused: true });
      expect(heard).toEqual([]);
      socket.started({ run: 'again' });
      expect(socket.look()).toEqual([
        { type: 'unwatch', id: 'stream' },
        { type: 'watch', id: 'stream', run: 'again', after: 2, credits: 4, paused: false },
      ]);
      socket.started({ run: 'again' });
      expect(heard).toEqual(['again']);
      socket.steps(3);
      expect(await seqOf(stream.next())).toBe(3);
      expect(stream.run).toBe('again');
    },
  );

  it('is entered as the consumer left it, also by what was said while it was started', async () => {
    const { sockets, stream } = starting();
    stream.speed(5);
    const socket = await lost(sockets, stream);
    socket.look();
    stream.seek(40);
    stream.pause();
    expect(socket.look()).toEqual([]);
    socket.started({ run: 'again' });
    expect(socket.look()).toEqual([
      { type: 'unwatch', id: 'stream' },
      { type: 'watch', id: 'stream', run: 'again', after: 39, credits: 4, paused: true },
      { type: 'speed', id: 'stream', steps_per_second: 5 },
    ]);
  });

  it('ends the stream when it has other steps than before', async () => {
    const { sockets, stream } = starting();
    (await lost(sockets, stream)).started({ run: 'again', steps: 99 });
    expect(await failureOf(stream.next())).toMatchObject({ code: 'bad_answer' });
  });

  it('ends the stream with what its consumer throws when it hears of it', async () => {
    const fault = new Error('no place to show that');
    const { sockets, stream } = starting({
      onRestart: () => {
        throw fault;
      },
    });
    (await lost(sockets, stream)).started({ run: 'again' });
    expect(await failureOf(stream.next())).toBe(fault);
  });

  it('is not started more often than allowed while no step comes', async () => {
    const { sockets, stream } = starting();
    const socket = await lost(sockets, stream);
    socket.started({ run: 'again' });
    socket.problem('run_expired', 410);
    expect(await failureOf(stream.next())).toMatchObject({ code: 'run_expired' });
    expect(sockets.made).toBe(3);
  });
});

describe('the end of a stream', () => {
  it('lets nobody ask for more steps, and makes all else do nothing', async () => {
    const { sockets, stream } = watching();
    await begun(sockets);
    await stream.return();
    const closed = expect.objectContaining({ code: 'stream_closed' });
    expect(() => stream.seek(1)).toThrow(closed);
    expect(() => stream.step()).toThrow(closed);
    stream.pause();
    stream.resume();
    stream.speed(1);
    stream.cancel();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(sockets.made).toBe(1);
  });
});

describe('a cancel', () => {
  it('is said as soon as there is somebody to hear it', async () => {
    const { sockets, stream } = watching();
    stream.cancel();
    const socket = await sockets.next();
    socket.welcome();
    expect(socket.look().at(-1)).toEqual({ type: 'cancel', run: 'r' });
  });
});
