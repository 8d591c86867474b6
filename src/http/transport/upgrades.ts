/** Requests that offer to upgrade their connection: one for a WebSocket where there is one is taken, all others are served as they are. */
import { type IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Connections } from './connections.ts';
import type { Outside } from './outside.ts';

/** The only path where there is a WebSocket. */
export const STREAM_PATH = '/attention/stream';

/** RFC 6455 section 4.1: 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const VERSION = '13';
/** Members of Connection that belong to an offer (RFC 9110 section 7.8, RFC 7540 section 3.2). */
const OF_OFFERS = new Set(['upgrade', 'http2-settings']);

/** Requests whose connection is no longer Node's: whoever refuses one closes it. */
const taken = new WeakSet<IncomingMessage>();

/** Whether WebSocket is among the protocols that a request offers. */
export function offersWebSocket({ headers: { upgrade } }: Pick<IncomingMessage, 'headers'>): boolean {
  return upgrade !== undefined && /(^|[\s,])websocket([\s,/]|$)/i.test(upgrade);
}

/** What a request lacks for a WebSocket, as the end of the sentence "a WebSocket needs …"; undefined when it has all. */
export function lackOf({ headers, httpVersion }: Pick<IncomingMessage, 'headers' | 'httpVersion'>): string | undefined {
  if (httpVersion !== '1.1') return 'HTTP/1.1';
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 'Upgrade: websocket';
  if (headers['sec-websocket-version'] !== VERSION) return `Sec-WebSocket-Version: ${VERSION}`;
  return KEY.test(headers['sec-websocket-key'] ?? '') ? undefined : 'Sec-WebSocket-Key: 16 random bytes in base64';
}

/**
 * Looks at every offer that a server gets. Those of WebSockets on STREAM_PATH are events `upgrade` of the server that is given
 * back, which never listens. All others come in once more without their offer, as RFC 9110 section 7.8 wants: with a
 * listener for upgrades Node hands over the bare connection, whatever was offered, and the h2c of Java's and curl's HTTP/2
 * would be all that their requests ever came to.
 */
export function takeUpgrades(server: Server, connections: Connections, outside: Outside): Server {
  const webSockets = new Server();
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const isStream = request.method === 'GET' && outside.pathOf(request.url ?? '')?.split('?')[0] === STREAM_PATH;
    if (isStream && lackOf(request) === undefined) {
      taken.add(request);
      outside.arrive(request);
      connections.release(socket);
      webSockets.emit('upgrade', request, socket, head);
    } else void serveWithoutOffer(server, connections, { request, socket, head });
  });
  return webSockets;
}

/** Closes connections that were taken and whose upgrade was refused. */
export function closeRefusedUpgrades(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (taken.has(request.raw)) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    if (taken.has(request.raw)) request.raw.socket.destroySoon();
    done();
  });
}

/** Gives a request back to Node's parser, and the connection with it. */
async function serveWithoutOffer(
  server: Server,
  connections: Connections,
  { request, socket, head }: { request: IncomingMessage; socket: Socket; head: Buffer },
): Promise<void> {
  const onError = () => socket.destroy();
  socket.on('error', onError);
  // Requests before this one in the same packets answer first; the parser that comes now would not know of them.
  await connections.answered(socket);
  if (socket.destroyed || !socket.writable) return;
  socket.off('error', onError);
  // What is left of the first parser: each new one adds these anew.
  socket.removeAllListeners('resume').removeAllListeners('pause').setTimeout(0);
  socket.unshift(Buffer.concat([headerWithoutOffer(request), head]));
  server.emit('connection', socket);
}

/** The header of a request as it came, but for the members of Connection that make an offer of Upgrade. */
function headerWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name, value] = rawHeaders.slice(i, i + 2);
    const kept = name.toLowerCase() === 'connection' ? connectionWithoutOffer(value) : value;
    if (kept !== '') lines.push(`${name}: ${kept}`);
    else if (value === '') lines.push(`${name}:`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function connectionWithoutOffer(value: string): string {
  const members = value.split(',').map((member) => member.trim());
  return members.filter((member) => !OF_OFFERS.has(member.toLowerCase())).join(', ');
}
