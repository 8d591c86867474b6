/** What a gateway tells of a request in X-Forwarded-For, -Proto, -Host and -Prefix; only those of one that is trusted count. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { prefixIn } from '../../config/base-path.ts';

/** Gateways in a row that are followed; who stands before them is not looked for. */
const MAX_GATEWAYS = 16;
const MAX_PREFIX_LENGTH = 256;
/** A name or an address, with a port or without; RFC 1035 bounds the name. */
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(:\d{1,5})?$/i;
/** Some gateways say what the request is about to become. */
const PROTOCOLS: Partial<Record<string, 'http' | 'https'>> = { http: 'http', https: 'https', ws: 'http', wss: 'https' };

/** What a gateway told; a member that it did not tell, or not as it is written, is missing. */
export interface Forwarded {
  proto?: 'http' | 'https';
  host?: string;
  prefix?: string;
}

/** As it is written in one way only: IPv4 in IPv6 as IPv4, without a zone. */
export function plainAddress(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7);
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}

/** The address at the other end of a connection; '' where that has gone. */
export const addressOf = (end: { remoteAddress?: string | undefined } | undefined): string =>
  plainAddress(end?.remoteAddress ?? '');

export function forwardedIn(headers: IncomingHttpHeaders): Forwarded {
  const proto = PROTOCOLS[lastIn(headers['x-forwarded-proto'])?.toLowerCase() ?? ''];
  const host = lastIn(headers['x-forwarded-host']);
  const prefix = prefixOf(textOf(headers['x-forwarded-prefix']));
  return {
    ...(proto !== undefined && { proto }),
    ...(host !== undefined && HOST.test(host) && { host }),
    ...(prefix !== undefined && { prefix }),
  };
}

/**
 * The client of a request: the last address of X-Forwarded-For that is no gateway's. Each gateway adds whom it saw, so what
 * stands before that address is what the client says of itself.
 * @param nearest the gateway that the connection comes from
 */
export function clientIn(
  headers: IncomingHttpHeaders,
  nearest: string,
  isGateway: (address: string) => boolean,
): string {
  const entries = textOf(headers['x-forwarded-for'])?.split(',') ?? [];
  let client = nearest;
  for (const entry of entries.slice(-MAX_GATEWAYS).reverse()) {
    const address = addressIn(entry.trim());
    // What is no address was not added by a gateway that knows its trade: as far as is known is who is known.
    if (address === undefined) break;
    client = address;
    if (!isGateway(address)) break;
  }
  return client;
}

/** An address, which some gateways write with its port. */
function addressIn(entry: string): string | undefined {
  if (entry.length > 64) return undefined;
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(entry)?.[1] ?? entry;
  if (isIP(bare) === 0 || bare.includes('%')) return undefined;
  return ipaddr.process(bare).toString();
}

/** What the nearest gateway said, where each has added its own. */
function lastIn(header: string | string[] | undefined): string | undefined {
  const text = textOf(header);
  return text?.slice(text.lastIndexOf(',') + 1).trim();
}

/** Gateways behind each other each cut off a prefix, and add it: `/outer, /inner`. */
function prefixOf(header: string | undefined): string | undefined {
  if (header === undefined || header.length > MAX_PREFIX_LENGTH) return undefined;
  const prefixes = header.split(',').map((entry) => prefixIn(entry.trim()));
  return prefixes.includes(undefined) ? undefined : prefixes.join('');
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
