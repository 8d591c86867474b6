/** A receiver of callbacks, which answers as a test says and checks signatures by the words of the specification. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export const SECRET_BYTES = Buffer.from('0123456789abcdef0123456789abcdef');
export const SECRET = `whsec_${SECRET_BYTES.toString('base64')}`;

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  isSigned: boolean;
}

export interface Hook {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/** @param statusOf what the nth message is answered with, from 0 on */
export async function startHook(statusOf: (n: number) => number = () => 204): Promise<Hook> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { headers, url: path = '' } = request;
    const status = statusOf(received.length);
    received.push({ path, headers, body, isSigned: isSigned(headers, body) });
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    received,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** "The signature is the base64 of an HMAC-SHA256 of the id, the timestamp and the body, joined by full stops." */
function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  const expected = `v1,${createHmac('sha256', SECRET_BYTES).update(signed).digest('base64')}`;
  const given = String(headers['webhook-signature']);
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
