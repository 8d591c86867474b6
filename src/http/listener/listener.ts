/** How a server stops listening without resetting a connection that the system has made and the server not yet accepted. */
import { createRequire } from 'node:module';
import type { Server } from 'node:net';

interface Addon {
  /** Whether the socket takes no further connections from now on. */
  takeNoMore(fd: number): boolean;
}

/** Handshakes that have begun end within this, as do those of a client in the same data center. */
const HANDSHAKE_MS = 25;
/** Turns of the event loop in which nobody came, after which nobody is left. */
const QUIET_TURNS = 3;

/** The addon lies in dist/, whether this file runs from there or from src/. */
function loadAddon(): Addon | undefined {
  try {
    return createRequire(import.meta.url)('../../../dist/http/listener/native/listener.node');
  } catch {
    return undefined;
  }
}

/**
 * Has a server accept what is on its way to it, and no more; it can be closed when this resolves. A client that comes
 * meanwhile is not answered, asks again a second later, and finds nobody listening, which gateways take as a reason to go
 * elsewhere: nothing of its request was sent. Where there is no addon, or it is not Linux, what has
 * not been accepted by then is reset.
 */
export async function letListenerGo(server: Server): Promise<void> {
  const fd = descriptorOf(server);
  if (fd !== undefined && loadAddon()?.takeNoMore(fd)) {
    await new Promise((resolve) => setTimeout(resolve, HANDSHAKE_MS));
    await allAccepted(server);
  } else await turns(1);
}

/** Resolves when nobody waits to be accepted. */
async function allAccepted(server: Server): Promise<void> {
  let hasCome = true;
  const note = () => {
    hasCome = true;
  };
  server.on('connection', note).on('drop', note);
  // libuv accepts one in a turn of the event loop.
  while (hasCome) {
    hasCome = false;
    await turns(QUIET_TURNS);
  }
  server.off('connection', note).off('drop', note);
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Node has no public name for it. */
function descriptorOf(server: Server): number | undefined {
  const handle: unknown = Reflect.get(server, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}
