import type { ServerResponse } from 'node:http';
import type { Recipient } from '../problem-document.ts';
import type { Only } from './client-messages.ts';
import { eventOf, eventText } from './event.ts';
import { Feed, type Subscription } from './feed.ts';
import type { Wire } from './outbox.ts';
import type { RunDocument } from './protocol.ts';
import type { Run } from './run.ts';
import { type Chunk, eventForm } from './sending.ts';
import type { Turns } from './turns.ts';
import { Viewer } from './viewer.ts';

/** Where events go. */
export interface EventTarget {
  response: ServerResponse;
  /** Of problem documents. */
  recipient: Recipient;
}

/** What a reader wants to see, and what is needed to show it. */
export interface EventView {
  after: number;
  only: Only | undefined;
}

interface EventParts extends EventView {
  turns: Turns;
  /** @throws RequestError `saturated` when there are too many viewers in total; otherwise one more is counted */
  admitViewer(): void;
  /** What GET /runs/{id} tells now. */
  describe(): RunDocument;
  /** When a reader that loses its connection is to come back. */
  retryMs: number;
}

/** A reader of events pulls them by reading: there are no credits. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;
/** The only subscription of a stream of events. */
const ID = 'events';
/** How long a reader may take to take its goodbye. */
const LEAVE_MS = 2000;

/**
 * The steps of one run as server-sent events: `started` with what is known of the run, then the same messages as over
 * WebSocket, each as the event of its type; a fault is a `problem`. An id tells how far its reader has come.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #feed: Feed;
  readonly #run: Run;
  #isOver = false;

  constructor(
    run: Run,
    { response, recipient }: EventTarget,
    { after, only, turns, admitViewer, describe, retryMs }: EventParts,
  ) {
    const viewer = new Viewer({ after, only, credits: UNLIMITED, paused: false });
    // Here the filter is of query parameters.
    viewer.attach(run, '');
    admitViewer();
    this.#run = run;
    this.#response = response;
    const subscription: Subscription = { id: ID, viewer, form: eventForm(ID) };
    const wire = new ResponseWire(response);
    this.#feed = new Feed({
      wire,
      turns,
      recipient,
      format: (message) => {
        if (message.type === 'done') this.#isOver = true;
        return eventText(eventOf(message, viewer.position));
      },
      onBroken: () => response.destroy(),
      onEnded: () => {
        this.#isOver = true;
      },
      onEmpty: () => {
        if (this.#isOver) wire.end();
      },
    });
    run.join();
    response.writeHead(200);
    response.flushHeaders();
    this.#feed.raw(eventText({ event: 'started', id: after, data: describe(), retryMs }));
    this.#feed.add(subscription);
  }

  /** A comment, so that nobody between takes the connection for dead. */
  heartbeat(): void {
    if (!this.#isOver && this.#feed.outbox.isEmpty) this.#feed.raw(Buffer.from(': still here\n\n'));
  }

  sweep(everyMs: number, stallMs: number): void {
    if (this.#feed.outbox.stuckFor(everyMs) > stallMs) this.#response.destroy();
  }

  leave(reconnectAfterMs: number): void {
    this.#isOver = true;
    this.#feed.forget();
    this.#feed.say({ type: 'goodbye', reconnect_after_ms: reconnectAfterMs });
    const timer = setTimeout(() => this.#response.destroy(), LEAVE_MS);
    this.#response.once('close', () => clearTimeout(timer));
  }

  close(): void {
    this.#feed.close();
    this.#run.leave();
  }
}

/** A response in chunks. Node 24 loses what was written since `cork` when a response is ended before `uncork`. */
class ResponseWire implements Wire {
  readonly #response: ServerResponse;
  #isHeld = false;
  #isOver = false;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get waiting(): number {
    return this.#response.writableLength;
  }

  write({ bytes }: Chunk, taken: () => void): void {
    this.#response.write(bytes, (error) => {
      if (error == null) taken();
    });
  }

  hold(): void {
    this.#isHeld = true;
    this.#response.cork();
  }

  release(): void {
    this.#isHeld = false;
    this.#response.uncork();
    if (this.#isOver) this.#response.end();
  }

  end(): void {
    this.#isOver = true;
    if (!this.#isHeld) this.#response.end();
  }
}
