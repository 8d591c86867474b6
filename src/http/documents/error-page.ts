/** GET /docs/errors: the page behind the `type` of every problem document, written from the tables of codes. */
import { ERROR_CODES } from '../../errors.ts';
import { CLOSE_CODES } from '../../stream/close-codes.ts';
import { STREAM_PATH } from '../transport/upgrades.ts';
import { escaped, page } from './page.ts';

const errors = Object.entries(ERROR_CODES)
  .map(
    ([code, [status, sentence]]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escaped(sentence)}</td></tr>`,
  )
  .join('\n');

const closes = Object.entries(CLOSE_CODES)
  .map(
    ([code, [meaning, cure]]) =>
      `<tr id="close-${code}"><td><code>${code}</code></td><td>${escaped(meaning)}</td><td>${escaped(cure)}</td></tr>`,
  )
  .join('\n');

const head = `<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  main { max-width: 60rem; margin: 1rem auto; padding: 0 1rem; overflow-wrap: break-word; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
  tr:target { background: #ffd54a55; }
  @media (min-width: 40rem) {
    td:first-child { white-space: nowrap; }
  }
  @media (max-width: 40rem) {
    thead { display: none; }
    tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid #8884; }
    td { display: block; padding: 0; border: 0; }
  }
</style>`;

const bodyUnder = (prefix: string) => `<main>
<h1>Error codes</h1>
<p>Every error is <code>application/problem+json</code> (RFC 9457) with one of these codes in <code>code</code>. <code>pointer</code> names the
field that is wrong (RFC 6901), <code>offset</code> the byte that cannot be read, <code>instance</code> the id of the request, as in
<code>x-request-id</code>. 503 says in <code>Retry-After</code> when to try again. Under <code>${prefix}/v2</code> an
error is one sentence, as the Open Inference Protocol has it, with 400 in place of 422; its code stands in the log. Which codes a route can answer stands in <a href="${prefix}/docs">its
description</a>.</p>
<table>
<thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead>
<tbody>
${errors}
</tbody>
</table>
<h1 id="close-codes">Close codes of the step stream</h1>
<p>A WebSocket on <code>${prefix}${STREAM_PATH}</code> is closed with one of these codes, and a reason that says more. Its messages are described in
<a href="${prefix}/asyncapi.yaml">${prefix}/asyncapi.yaml</a>.</p>
<table>
<thead><tr><th>code</th><th>meaning</th><th>what helps</th></tr></thead>
<tbody>
${closes}
</tbody>
</table>
</main>`;

/** The page, with links that begin with a prefix. */
export function errorPage(prefix: string): string {
  return page({ title: 'Spotlight: error and close codes', head, body: bodyUnder(prefix), prefix });
}
