/** A WebSocket whose other side is the test. */
import type { Socket, SocketClass } from '../../client/src/stream/connection.ts';
import type { Problem } from '../../client/src/wire/problem.ts';
import type { ClientMessage } from '../../src/stream/client-messages.ts';
import type { ServerMessage } from '../../src/stream/protocol.ts';

type Listener = (event: { data: unknown; code: number; reason: string; message: string }) => void;

export class ScriptedSocket implements Socket {
  binaryType = 'blob';
  closedWith: number | undefined;
  readonly url: string;
  /** What the client sent and the test has not looked at. */
  #sent: ClientMessage[] = [];
  readonly #listeners = new Map<string, Listener>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  send(text: string): void {
    this.#sent.push(JSON.parse(text));
  }

  close(code?: number): void {
    this.closedWith = code ?? 1005;
  }

  /** What the client has sent since the last look. */
  look(): ClientMessage[] {
    return this.#sent.splice(0);
  }

  open(): void {
    this.#tell('open', {});
  }

  /** Opens and welcomes, with the server's default limits. */
  welcome({ credits = 1_000_000, heartbeatMs = 60_000 } = {}): void {
    this.open();
    this.deliver({
      type: 'welcome',
      session: 'a',
      protocol: 'spotlight.v1',
      limits: {
        message_bytes: 2 ** 26,
        subscriptions: 64,
        runs: 16,
        credits,
        messages_per_second: 200,
        message_burst: 2000,
        hello_ms: 5000,
        idle_ms: 300_000,
        stall_ms: 30_000,
        run_ttl_ms: 300_000,
      },
      heartbeat_ms: heartbeatMs,
    });
  }

  started({ run = 'r', steps = 100 } = {}): void {
    this.deliver({
      type: 'started',
      id: 'stream',
      index: 0,
      run,
      plan: {
        detail: 'row',
        steps,
        kernel: 'none',
        scale: 1,
        sizes: { batch: 1, heads: 1, key_heads: 1, queries: 1, keys: 1, head_dim: 1, value_dim: 1 },
        names: [],
      },
      expires_at: '2030-01-01T00:00:00.000Z',
    });
  }

  steps(...seqs: number[]): void {
    for (const seq of seqs) {
      const about = { run: 'r', seq, name: 'z' as const, shape: [1], formula: '', tex: '', ms: 0 };
      this.deliver({ type: 'step', id: 'stream', ...about, data: [seq] });
    }
  }

  problem(code: Problem['code'], status: number): void {
    const problem = { type: '', title: '', status, detail: 'why', instance: 'i', code };
    this.deliver({ type: 'error', id: 'stream', problem });
  }

  deliver(message: ServerMessage): void {
    this.raw(JSON.stringify(message));
  }

  raw(data: unknown): void {
    this.#tell('message', { data });
  }

  /** Closes from the other side. */
  end(code: number, reason = ''): void {
    this.#tell('close', { code, reason });
  }

  /** Refuses the upgrade, as the package `ws` tells it. */
  refuse(status: number): void {
    this.#tell('error', { message: `Unexpected server response: ${status}` });
    this.end(1006);
  }

  #tell(type: string, event: Partial<Parameters<Listener>[0]>): void {
    this.#listeners.get(type)?.({ data: undefined, code: 0, reason: '', message: '', ...event });
  }
}

/** A class of such sockets, and a way to wait for the next that is made. */
export function scriptedSockets(): { WebSocket: SocketClass; next(): Promise<ScriptedSocket>; readonly made: number } {
  const waiting: ScriptedSocket[] = [];
  let wake = () => {};
  let made = 0;
  class Made extends ScriptedSocket {
    constructor(url: string) {
      super(url);
      made++;
      waiting.push(this);
      wake();
    }
  }
  return {
    WebSocket: Made,
    get made() {
      return made;
    },
    async next() {
      for (;;) {
        const socket = waiting.shift();
        if (socket !== undefined) return socket;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
