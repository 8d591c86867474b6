/** A file that goes to the service as it is, as code: what prints says it in words, as the page does. */
import type { Language } from './languages.ts';
import type { DumpFile } from './portable.ts';
import { quoted } from './quoted.ts';

/** In quotes, as the page itself imports none of Node's. */
const NODE_FILES = JSON.stringify('node:fs/promises');

/** @param url of the route that takes it */
export function dumpCodeOf(language: Language, { name, type }: DumpFile, url: string): string {
  if (language === 'curl')
    return `curl -s ${quoted(url)} \\\n  -H 'content-type: ${type}' -H 'accept: text/plain' \\\n  --data-binary @- < ${quoted(name)}\n`;
  if (language === 'Python')
    return `import urllib.request

with open(${JSON.stringify(name)}, "rb") as file:
    request = urllib.request.Request(
        ${JSON.stringify(url)},
        data=file.read(),
        headers={"content-type": ${JSON.stringify(type)}, "accept": "text/plain"},
    )
with urllib.request.urlopen(request) as response:
    print(response.read().decode())
`;
  return `import { readFile } from ${NODE_FILES};

const response = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { 'content-type': ${JSON.stringify(type)}, accept: 'text/plain' },
  body: await readFile(${JSON.stringify(name)}),
});
console.log(await response.text());
`;
}
