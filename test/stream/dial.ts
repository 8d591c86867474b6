/** A viewer of the stream, with the ws package as its client. Every message is checked against the protocol's schemas. */
import WebSocket from 'ws';
import { readFrame } from '../../client/src/stream/frame.ts';
import { PROTOCOL, type ServerMessage, type StepMessage, serverMessageSchema } from '../../src/stream/protocol.ts';
import { lesson as librarySearch } from '../lesson.ts';

type Typed<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

export class Client {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  readonly frames: ReturnType<typeof frameOf>[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #wakes: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.on('message', (data, isBinary) => {
      if (isBinary && data instanceof ArrayBuffer) this.frames.push(frameOf(data));
      else this.messages.push(serverMessageSchema.parse(JSON.parse(textOf(data))));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: String(reason) });
        this.#wake();
      });
    });
    socket.on('error', () => {});
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  of<T extends ServerMessage['type']>(type: T): Typed<T>[] {
    return this.messages.filter((message): message is Typed<T> => message.type === type);
  }

  get steps(): StepMessage[] {
    return this.of('step');
  }

  /** Resolves when `look` gives something; fails when the connection is closed before. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      if (this.socket.readyState === WebSocket.CLOSED) {
        const { code, reason } = await this.closed;
        throw new Error(`closed with ${code} ${reason}; messages: ${this.messages.map((m) => m.type).join()}`);
      }
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
  }

  /** The first message of this type (for this subscription, where one is named). An error in its place fails. */
  first<T extends ServerMessage['type']>(type: T, id?: string): Promise<Typed<T>> {
    return this.until(() =>
      this.of(type).find((message) => id === undefined || ('id' in message && message.id === id)),
    );
  }

  #wake(): void {
    const wakes = this.#wakes;
    this.#wakes = [];
    for (const wake of wakes) wake();
  }
}

/** What a binary frame says, read by the client's own reader. */
function frameOf(data: ArrayBuffer) {
  const frame = readFrame(data);
  if (frame === undefined) throw new Error('this is no frame of a step');
  const { index, seq, tensor } = frame;
  return { index, seq, ...tensor };
}

function textOf(data: WebSocket.RawData): string {
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}

export function streamUrl(url: string): string {
  return `${url.replace('http', 'ws')}/attention/stream`;
}

/** Opens a stream, without a hello. */
export async function dialBare(url: string, options: WebSocket.ClientOptions = {}): Promise<Client> {
  const socket = new WebSocket(streamUrl(url), PROTOCOL, options);
  const client = new Client(socket);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return client;
}

/** Opens a stream and says hello. */
export async function dial(url: string, hello: { encoding?: 'json' | 'binary'; token?: string } = {}): Promise<Client> {
  const client = await dialBare(url);
  client.send({ type: 'hello', ...hello });
  await client.first('welcome');
  return client;
}

/** The library search of the lesson, as a run of one query in a matrix. */
export const lesson = { kind: 'attention', ...librarySearch, query: [librarySearch.query] };

/** Attention of `heads` heads over `length` rows of `dim` numbers, the same at every run. */
export function problem(heads: number, length: number, dim: number): Record<string, unknown> {
  const tensor = (seed: number) =>
    Array.from({ length: heads }, (_, h) =>
      Array.from({ length }, (_, i) =>
        Array.from({ length: dim }, (_, x) => Math.round(1000 * Math.sin(seed + h * 7.1 + i * 1.3 + x * 0.7)) / 1000),
      ),
    );
  return { kind: 'attention', query: tensor(1), key: tensor(2), value: tensor(3) };
}
