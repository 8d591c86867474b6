import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { EchoPool, JSON_TYPE, type Serving, serve, until } from '../http/serving.ts';
import { listening } from '../listening.ts';
import { dialBare } from '../stream/dial.ts';
import { bearer, fileOf, serveKeyed } from './keyed.ts';

/** Tokens are made here by hand (RFC 7515 section 5.1), with Node's own signatures: by nothing of what checks them. */
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid });
const keySet = JSON.stringify({ keys: [jwk(rsa.publicKey, 'rsa'), jwk(ec.publicKey, 'ec'), jwk(ed.publicKey, 'ed')] });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const claims = (more: object = {}) => ({
  ...{ iss: 'https://issuer.example', aud: 'spotlight', sub: 'ann', exp: now() + 600, scope: 'openid attention ops' },
  ...more,
});

type Signer = (text: string) => Buffer;
const RS256: Signer = (text) => sign('sha256', Buffer.from(text), rsa.privateKey);
const SIGNERS: Record<string, Signer> = {
  RS256,
  ES256: (text) => sign('sha256', Buffer.from(text), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (text) => sign(null, Buffer.from(text), ed.privateKey),
};
const KIDS: Record<string, string> = { RS256: 'rsa', ES256: 'ec', EdDSA: 'ed' };

interface How {
  alg?: string;
  kid?: string;
  signer?: Signer;
}

function token(
  payload: object,
  { alg = 'RS256', kid = KIDS[alg] ?? 'rsa', signer = SIGNERS[alg] ?? RS256 }: How = {},
): string {
  const text = `${part({ alg, kid })}.${part(payload)}`;
  return `${text}.${signer(text).toString('base64url')}`;
}

const rules = { jwtIssuer: 'https://issuer.example', jwtAudience: 'spotlight', logLevel: 'silent' as const };

async function withFile(work: (own: Serving & { file: string }) => Promise<void>): Promise<void> {
  const file = fileOf(keySet);
  const own = await serve({ ...rules, jwksFile: file }, new EchoPool());
  try {
    await work({ ...own, file });
  } finally {
    await own.app.close();
  }
}

async function ask(url: string, jwt: string, path = '/info') {
  const answer = await fetch(url + path, { headers: bearer(jwt) });
  const { code, detail, access } = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, code, detail, access };
}

describe('a token', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])('signed with %s opens what its scope is for', (alg) =>
    withFile(async ({ url }) => {
      const jwt = token(claims(), { alg });
      // The second time it is believed.
      for (let i = 0; i < 2; i++) expect(await ask(url, jwt)).toMatchObject({ status: 200, access: 'jwt' });
      const answer = await ask(url, jwt, '/runs/x');
      expect(answer).toMatchObject({ status: 403, detail: expect.stringContaining('only attention and ops') });
    }),
  );

  it.each([
    ['scope', { scope: 'ops' }],
    ['a list scp', { scope: undefined, scp: ['ops'] }],
    ['a text scp', { scope: undefined, scp: 'runs ops' }],
  ])('tells its scopes in %s', (_what, more) =>
    withFile(async ({ url }) => {
      expect((await ask(url, token(claims(more)))).status).toBe(200);
    }),
  );

  const hmac: Signer = (text) =>
    createHmac('sha256', rsa.publicKey.export({ format: 'pem', type: 'spki' }))
      .update(text)
      .digest();
  it.each([
    ['has expired', token(claims({ exp: now() - 60 })), 'the token has expired'],
    ['is of another issuer', token(claims({ iss: 'https://else.example' })), 'the claim iss of the token'],
    ['is for somebody else', token(claims({ aud: 'billing' })), 'the claim aud of the token'],
    ['begins later', token(claims({ nbf: now() + 60 })), 'the claim nbf of the token'],
    ['never expires', token(claims({ exp: undefined })), 'the token has no claim exp'],
    ['says not whose it is', token(claims({ sub: undefined })), 'the token has no claim sub, which is needed here'],
    ['is of nobody', token(claims({ sub: '' })), 'the claim sub must be a text of 1 to 256 characters'],
    [
      'is signed by a stranger',
      token(claims(), { signer: (text) => sign('sha256', Buffer.from(text), stranger.privateKey) }),
      'signature',
    ],
    ['is signed with a key that is not published', token(claims(), { kid: 'else' }), 'does not publish'],
    // RFC 8725 section 2.1: the public key as the secret of an HMAC.
    [
      'is signed with the public key as a secret',
      token(claims(), { alg: 'HS256', kid: 'rsa', signer: hmac }),
      'signed with one of RS256',
    ],
    ['is not signed', `${part({ alg: 'none' })}.${part(claims())}.AA`, 'signed with one of RS256'],
    ['is not JSON', 'eyJ.eyJ.AA', 'not one that can be checked'],
    ['was changed', token(claims()).replace(/\.[^.]+\./, `.${part(claims({ scope: 'ops runs' }))}.`), 'signature'],
  ])('that %s is 401', (_what, jwt, detail) =>
    withFile(async ({ url }) => {
      const answer = await ask(url, jwt);
      expect(answer).toMatchObject({ status: 401, code: 'invalid_token', detail: expect.stringContaining(detail) });
    }),
  );

  it('is believed no longer than until it expires', () =>
    withFile(async ({ url, app }) => {
      // Within the five seconds by which clocks may differ it would be checked as good, and is: not believed, but checked.
      const jwt = token(claims({ exp: now() + 1 }));
      expect((await ask(url, jwt)).status).toBe(200);
      while (app.access.identifyNow(jwt) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await ask(url, jwt)).status).toBe(200);
    }));

  it('is believed no longer when the keys have changed', () =>
    withFile(async ({ url, app, file }) => {
      const jwt = token(claims());
      expect((await ask(url, jwt)).status).toBe(200);
      writeFileSync(file, JSON.stringify({ keys: [jwk(ec.publicKey, 'ec')] }));
      app.access.reload();
      expect((await ask(url, jwt)).status).toBe(401);
    }));

  it('opens a stream, and what follows its hello is heard', () =>
    withFile(async ({ url }) => {
      const client = await dialBare(url);
      client.send({ type: 'hello', token: token(claims({ scope: 'runs' })) });
      client.send({ type: 'ping', t: 1 });
      await client.first('pong');
      client.socket.close();
      const wrong = await dialBare(url);
      wrong.send({ type: 'hello', token: token(claims({ scope: 'runs', exp: 1 })) });
      expect(await wrong.closed).toEqual({ code: 4401, reason: 'the token has expired' });
    }));

  it('takes the express lane once it is believed', async () => {
    const file = fileOf(keySet);
    const own = await serve({ ...rules, jwksFile: file, logLevel: 'info' });
    const headers = { ...JSON_TYPE, ...bearer(token(claims())) };
    const body = '{"query":[[1]],"key":[[1]],"value":[[1]]}';
    const texts = [];
    for (let i = 0; i < 3; i++)
      texts.push(await (await fetch(`${own.url}/attention`, { method: 'POST', headers, body })).text());
    expect(new Set(texts).size).toBe(1);
    expect(own.app.access.allowedNow(headers.authorization, 'attention')).toMatchObject({
      id: 'jwt:ann',
      name: 'https://issuer.example ann',
    });
    expect(own.app.access.allowedNow(headers.authorization, 'runs')).toBeUndefined();
    await own.app.close();
  });

  it('and a key do side by side', async () => {
    const own = await serveKeyed({ ...rules, jwksFile: fileOf(keySet) }, new EchoPool());
    for (const one of [own.keys.ops, token(claims())]) {
      expect(await ask(own.url, one)).toMatchObject({ status: 200, access: 'keys_and_jwt' });
    }
    await own.app.close();
  });
});

describe('keys that an issuer publishes', () => {
  async function published(listener: RequestListener): Promise<{ server: Server; jwksUrl: URL }> {
    const server = createServer(listener);
    return { server, jwksUrl: new URL(`http://127.0.0.1:${await listening(server)}/jwks`) };
  }

  async function asked(listener: RequestListener, times: number) {
    const { server, jwksUrl } = await published(listener);
    const own = await serve({ ...rules, jwksUrl }, new EchoPool());
    try {
      const answers = [];
      for (let i = 0; i < times; i++) answers.push(await ask(own.url, token(claims({ jti: i }))));
      return answers;
    } finally {
      await own.app.close();
      server.closeAllConnections();
      server.close();
    }
  }

  it('are fetched once for many tokens', async () => {
    let fetched = 0;
    const answers = await asked((_request, response) => {
      fetched++;
      response.end(keySet);
    }, 5);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(fetched).toBe(1);
  });

  it('and cannot be fetched are told in the log at the start, which goes on', async () => {
    const { server, jwksUrl } = await published((_request, response) => response.writeHead(404).end());
    const own = await serve({ ...rules, jwksUrl, logLevel: 'warn' }, new EchoPool());
    await until(() => own.lines.length > 0);
    expect(own.lines[0]?.msg).toMatch(
      /^JWKS_URL is http:\/\/127\.0\.0\.1:\d+\/jwks, but no keys can be fetched there now: /,
    );
    server.close();
    await own.app.close();
  });

  it.each<[string, RequestListener]>([
    ['are not there', (_request, response) => response.writeHead(500).end()],
    [
      'are elsewhere, where nobody vouches for them',
      (request, response) => {
        if (request.url === '/jwks') response.writeHead(302, { location: '/else' }).end();
        else response.end(keySet);
      },
    ],
    ['are not JSON', (_request, response) => response.end('<html>')],
    [
      'have no end',
      (_request, response) => {
        response.write('{"keys":[');
        const more = () => {
          if (!response.destroyed) response.write(' '.repeat(65_536), more);
        };
        more();
      },
    ],
    ['are cut off', (request) => request.socket.destroy()],
  ])('and %s make a token 503, not wrong', async (_what, listener) => {
    const [answer] = await asked(listener, 1);
    expect(answer).toMatchObject({ status: 503, code: 'issuer_unavailable' });
  });
});
