/**
 * How the server is seen from outside: under which prefix and host, by which protocol, and by whom. Where it has no gateway
 * and no BASE_PATH, that is what stands in a request and its connection.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { addressOf, clientIn, type Forwarded, forwardedIn, plainAddress } from './forwarded.ts';

/** What is seen otherwise from outside. */
export interface Seen extends Forwarded {
  client?: string;
  prefix: string;
  /** Where the path is not under BASE_PATH. */
  isElsewhere?: boolean;
  /** Where the path was BASE_PATH itself, without the slash that relative links need. */
  isWithoutSlash?: boolean;
}

declare module 'node:http' {
  interface IncomingMessage {
    /** Where anything is seen otherwise from outside. Not in a WeakMap, which costs 5 µs a request. */
    seen?: Seen;
  }
}

/** What every address of this server begins with, for whom a request comes from: '' or `/attention-service`. */
export const prefixOf = (request: IncomingMessage): string => request.seen?.prefix ?? '';

/** The host and the protocol that its client used, as far as a gateway told. */
export const toldOf = (request: IncomingMessage): Pick<Forwarded, 'host' | 'proto'> | undefined => request.seen;

/** The host that the client of a request used, with its port if it named one. */
export const hostOf = (request: IncomingMessage): string | undefined => request.seen?.host ?? request.headers.host;

export const isElsewhere = (request: IncomingMessage): boolean => request.seen?.isElsewhere === true;

export const isWithoutSlash = (request: IncomingMessage): boolean => request.seen?.isWithoutSlash === true;

/** The address of whoever sent a request: of the connection, or what a trusted gateway tells; '' where that has gone. */
export function clientAddress(request: IncomingMessage): string {
  return request.seen?.client ?? addressOf(request.socket);
}

const PROBE = /^\/(v2\/)?health\/(live|ready)(\?|$)/;

/**
 * Whether a path is asked by probes. These are answered without BASE_PATH, whatever that is, and by any name: those who ask
 * them reach the server without its gateway, by its address.
 */
export const isProbe = (path: string): boolean => PROBE.test(path);

/** Sees to it that requests are found as their clients sent them, and served as if there was no prefix. */
export class Outside {
  readonly basePath: string;
  readonly #gateways: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
  /** Whether the other end of a connection is a gateway that is trusted; one connection carries many requests. */
  readonly #trusted = new WeakMap<Socket, boolean>();

  /** @param trustProxy networks in CIDR notation */
  constructor({ basePath, trustProxy }: { basePath: string; trustProxy: readonly string[] }) {
    this.basePath = basePath;
    this.#gateways = trustProxy.map((network) => ipaddr.parseCIDR(network));
  }

  /**
   * To be called for each request once, before anything is read of it: takes BASE_PATH off its path.
   * @returns whether its path is one of this server
   */
  arrive(request: IncomingMessage): boolean {
    if (this.basePath === '' && this.#gateways.length === 0) return true;
    const { url = '' } = request;
    const path = this.pathOf(url);
    const told = this.#isTrusted(request.socket) ? this.#told(request) : undefined;
    request.seen = {
      ...told,
      prefix: (told?.prefix ?? '') + this.basePath,
      isElsewhere: path === undefined,
      isWithoutSlash: this.basePath !== '' && url.split('?')[0] === this.basePath,
    };
    request.url = path ?? url;
    return path !== undefined;
  }

  /** A path, with its query, as it is without BASE_PATH; undefined where it is not under that. */
  pathOf(url: string): string | undefined {
    if (isProbe(url)) return url;
    if (!url.startsWith(this.basePath)) return undefined;
    const path = url.slice(this.basePath.length);
    if (path.startsWith('/')) return path;
    return path === '' || path.startsWith('?') ? `/${path}` : undefined;
  }

  #told({ headers, socket }: IncomingMessage): Forwarded & { client: string } {
    const nearest = addressOf(socket);
    return { ...forwardedIn(headers), client: clientIn(headers, nearest, (address) => this.#isGateway(address)) };
  }

  #isTrusted(socket: Socket): boolean {
    const known = this.#trusted.get(socket);
    if (known !== undefined) return known;
    const address = socket.remoteAddress;
    const isTrusted = address !== undefined && this.#isGateway(plainAddress(address));
    this.#trusted.set(socket, isTrusted);
    return isTrusted;
  }

  #isGateway(address: string): boolean {
    const one = ipaddr.parse(address);
    return this.#gateways.some(([network, bits]) => one.kind() === network.kind() && one.match(network, bits));
  }
}
