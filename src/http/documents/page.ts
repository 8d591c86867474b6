/** What the pages of the documentation share: their frame and their icon. */

/** A cone of light on one of three words. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="6" fill="#1d2333"/>
<path d="M16 4 7 24h18Z" fill="#ffd54a" opacity=".85"/>
<circle cx="16" cy="5" r="3" fill="#fff3c4"/>
<rect x="3" y="24" width="7" height="4" rx="2" fill="#5b6785"/>
<rect x="12.5" y="24" width="7" height="4" rx="2" fill="#fff3c4"/>
<rect x="22" y="24" width="7" height="4" rx="2" fill="#5b6785"/>
</svg>
`;

interface PageParts {
  title: string;
  head: string;
  body: string;
  prefix: string;
}

const links = [
  ['/docs', 'Routes'],
  ['/docs/errors', 'Errors and close codes'],
  ['/openapi.yaml', 'OpenAPI'],
  ['/asyncapi.yaml', 'AsyncAPI of the step stream'],
];

/** The style sheets that stand in a page, each as the browser reads it. */
export const stylesIn = (html: string): string[] =>
  [...html.matchAll(/<style>(.*?)<\/style>/gs)].map(([, text]) => text);

/** An HTML page of a phone's width or more; `head` and `body` are HTML, `prefix` is what all its links begin with. */
export function page({ title, head, body, prefix }: PageParts): string {
  const items = links.map(([path, name]) => `<a href="${prefix}${path}">${name}</a>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" type="image/svg+xml" href="${prefix}/docs/icon.svg">
${head}
<style>
  body { margin: 0; }
  .top { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.2rem; padding: 0.6rem 1rem; background: #1d2333; font: 1rem/1.5 system-ui, sans-serif; }
  .top a { color: #ffe9a3; }
  .top strong { display: flex; align-items: center; gap: 0.5rem; color: #fff; font-size: 1.15rem; }
</style>
</head>
<body>
<nav class="top">
<strong><img src="${prefix}/docs/icon.svg" alt="" width="28" height="28">Spotlight</strong>
${items}
</nav>
${body}
</body>
</html>
`;
}

/** A text as it stands in HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
