/** GET /docs/errors: the page behind the `type` of every problem document, written from the table of codes. */
import type { FastifyInstance } from 'fastify';
import { ERROR_CODES } from '../../errors.ts';

const rows = Object.entries(ERROR_CODES)
  .map(
    ([code, [status, sentence]]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escaped(sentence)}</td></tr>`,
  )
  .join('\n');

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Spotlight: error codes</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; }
  th, td { text-align: left; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
  tr:target { background: #ffd54a55; }
</style>
<h1>Error codes</h1>
<p>Every error is <code>application/problem+json</code> (RFC 9457) with one of these codes in <code>code</code>. <code>pointer</code> names the
field that is wrong (RFC 6901), <code>offset</code> the byte that cannot be read, <code>instance</code> the id of the request, as in
<code>x-request-id</code>. 503 says in <code>Retry-After</code> when to try again. All routes are on <a href="/docs">/docs</a>.</p>
<table>
<tr><th>code</th><th>status</th><th>meaning</th></tr>
${rows}
</table>
</html>
`;

export function errorPage(app: FastifyInstance): void {
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
