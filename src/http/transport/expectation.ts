/** `Expect: 100-continue`: the client is told to send its body only when it will be read, so a refusal costs it nothing. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/** Lets requests with expectations come in as all others do, in place of what Node would answer by itself. */
export function holdExpectations(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, answer: ServerResponse) => {
    waiting.set(request, answer);
    server.emit('request', request, answer);
  });
  server.on('checkExpectation', (request: IncomingMessage, answer: ServerResponse) =>
    server.emit('request', request, answer),
  );
}

/** Tells the client to go on, when it waits for that. */
export function sendContinue(request: IncomingMessage): void {
  waiting.get(request)?.writeContinue();
  waiting.delete(request);
}

/** Whether the client may be keeping its body back. */
export function isWaiting(request: IncomingMessage): boolean {
  return waiting.has(request);
}
