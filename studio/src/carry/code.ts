/** The question on the page as code that runs as it is: in a shell, in Python without further packages, and in TypeScript. */
import { dumpCodeOf } from './dump-code.ts';
import type { Language } from './languages.ts';
import type { Asked } from './portable.ts';
import { quoted } from './quoted.ts';

type Request = Extract<Asked, { method: string }>;

/** Where the service answers what a method of the client asks. */
const PATHS: Record<Request['method'], string> = {
  attention: '/attention',
  diagnose: '/attention/diagnose',
  multiHead: '/attention/multi-head',
  text: '/attention/text',
};

/** @param service its address, as 'http://127.0.0.1:8080' */
export function codeOf(language: Language, asked: Asked, service: string): string {
  if ('dump' in asked) return dumpCodeOf(language, asked.dump, service + PATHS.diagnose);
  return { curl, Python: python, TypeScript: typescript }[language](asked, service);
}

function curl({ method, body }: Request, service: string): string {
  const url = quoted(service + PATHS[method]);
  return `curl -s ${url} \\\n  -H 'content-type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}\n`;
}

function python({ method, body }: Request, service: string): string {
  return `import json
import urllib.request

body = ${literal(body, PYTHON)}
request = urllib.request.Request(
    ${JSON.stringify(service + PATHS[method])},
    data=json.dumps(body).encode(),
    headers={"content-type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    answer = json.load(response)
print(json.dumps(answer))
`;
}

function typescript({ method, body }: Request, service: string): string {
  // The client, which is to stay small, has no method for it.
  if (method === 'diagnose')
    return `const response = await fetch(${JSON.stringify(service + PATHS[method])}, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(${literal(body, TYPESCRIPT)}),
});
console.log(await response.text());
`;
  return `import { SpotlightClient } from 'spotlight-client';

const client = new SpotlightClient({ baseUrl: ${JSON.stringify(service)} });
const answer = await client.${method}(${literal(body, TYPESCRIPT)});
console.log(JSON.stringify(answer));
`;
}

interface Notation {
  indent: string;
  yes: string;
  no: string;
  nothing: string;
  key(name: string): string;
}

const PYTHON: Notation = {
  indent: '    ',
  yes: 'True',
  no: 'False',
  nothing: 'None',
  key: (name) => JSON.stringify(name),
};
const TYPESCRIPT: Notation = {
  indent: '  ',
  yes: 'true',
  no: 'false',
  nothing: 'null',
  key: (name) => (/^[a-z_][a-z0-9_]*$/i.test(name) ? name : JSON.stringify(name)),
};

/** A value of JSON; each member of the outermost object has a line. Texts are written alike in all three languages. */
function literal(value: unknown, notation: Notation, isOutermost = true): string {
  const { indent, yes, no, nothing, key } = notation;
  if (value === null) return nothing;
  if (typeof value === 'boolean') return value ? yes : no;
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, notation, false)).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const written = members.map(([name, member]) => `${key(name)}: ${literal(member, notation, false)}`);
  return isOutermost ? `{\n${written.map((one) => `${indent}${one},\n`).join('')}}` : `{ ${written.join(', ')} }`;
}
