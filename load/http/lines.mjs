// The cheapest client there is: requests that were written once, on bare connections, of whose answers only what counts is read.
// What it costs is taken from the server on the same machine, and in overload it asks far more than is answered.
import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** One connection, which asks one thing at a time. Invariant: `#answered` is there while something is asked. */
class Line {
  isOpen = true;
  #socket;
  #answered;
  #rest = Buffer.alloc(0);
  /** Bytes of the body of the answer that are still to come; undefined before its header. */
  #bodyLeft;
  #status = 0;
  #retryAfter;
  #closes = false;
  #body;

  constructor(port) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes) => this.#read(bytes)).on('error', () => {});
    this.#socket.on('close', () => {
      this.isOpen = false;
      this.#settle({ status: 0 });
    });
  }

  /** Asks; `body` waits for "100 Continue" where the header expects one. Resolves with the status, 0 when there is no answer. */
  ask({ head, body, expects }) {
    this.#status = 0;
    this.#bodyLeft = undefined;
    this.#retryAfter = undefined;
    this.#socket.write(head);
    if (expects) this.#body = body;
    else if (body !== undefined) this.#socket.write(body);
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  close() {
    this.isOpen = false;
    this.#socket.destroy();
  }

  #read(bytes) {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#bodyLeft === undefined) {
      const end = rest.indexOf(HEAD_END);
      if (end < 0) {
        this.#rest = rest;
        return;
      }
      this.#readHead(rest.latin1Slice(0, end));
      rest = rest.subarray(end + HEAD_END.length);
    }
    this.#rest = Buffer.alloc(0);
    this.#bodyLeft -= rest.length;
    if (this.#bodyLeft <= 0) this.#settle({ status: this.#status, retryAfter: this.#retryAfter });
  }

  #readHead(head) {
    const status = Number(head.slice(9, 12));
    if (status === 100) {
      if (this.#body !== undefined) this.#socket.write(this.#body);
      this.#body = undefined;
      return;
    }
    this.#status = status;
    this.#bodyLeft = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    this.#retryAfter = /^retry-after: (\d+)/im.exec(head)?.[1];
    this.#closes = /^connection: close/im.test(head);
  }

  #settle(answer) {
    const answered = this.#answered;
    this.#answered = undefined;
    this.#body = undefined;
    if (this.#closes) this.close();
    answered?.(answer);
  }
}

/** A POST as it goes over the wire. */
export function written({ path, type, body, headers = {}, expects = false }) {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Content-Type: ${type}`,
    `Content-Length: ${body.length}`,
    ...Object.entries({ ...headers, ...(expects && { Expect: '100-continue' }) }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ];
  return { head: `${lines.join('\r\n')}${HEAD_END}`, body, expects };
}

/** Connections to a port, at most so many, which are used again and again. */
export class Lines {
  #port;
  #most;
  #open = 0;
  #free = [];

  constructor(port, most) {
    this.#port = port;
    this.#most = most;
  }

  /** Asks on a free line; undefined when there is none. */
  ask(request) {
    const line = this.#take();
    if (line === undefined) return undefined;
    return line.ask(request).then((answer) => {
      if (line.isOpen) this.#free.push(line);
      else this.#open--;
      return answer;
    });
  }

  close() {
    for (const line of this.#free) line.close();
    this.#free = [];
  }

  #take() {
    for (let line = this.#free.pop(); line !== undefined; line = this.#free.pop()) {
      if (line.isOpen) return line;
      this.#open--;
    }
    if (this.#open >= this.#most) return undefined;
    this.#open++;
    return new Line(this.#port);
  }
}
