/** Bundles a page into one text, for `import('./main.tsx?single')`: script and style stand in it, and nothing else may run. */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { build, type Plugin } from 'vite';

const ASKED = '?single';
const OWN = '\0single:';

export function singleFile(): Plugin {
  return {
    name: 'single-file',
    enforce: 'pre',
    resolveId: (source, importer) =>
      source.endsWith(ASKED) && importer !== undefined
        ? OWN + resolve(dirname(importer), source.slice(0, -ASKED.length))
        : undefined,
    async load(id) {
      if (!id.startsWith(OWN)) return undefined;
      const { script, style, files } = await bundled(id.slice(OWN.length));
      for (const file of files) this.addWatchFile(file);
      return `export default ${JSON.stringify(around(script, style))};`;
    },
  };
}

async function bundled(input: string): Promise<{ script: string; style: string; files: readonly string[] }> {
  const built = await build({
    configFile: false,
    root: dirname(input),
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      cssCodeSplit: false,
      modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: { input, output: { format: 'iife' } },
    },
  });
  if (!('output' in built)) throw new Error('a page is built once');
  let [script, style] = ['', ''];
  const files: string[] = [];
  for (const file of built.output) {
    if (file.type === 'chunk') {
      script += file.code;
      files.push(...file.moduleIds.filter((one) => one.startsWith('/')));
    } else if (file.fileName.endsWith('.css')) style += file.source;
  }
  // What would end the element, or open a comment in it, stands in texts only, where a stroke more changes nothing.
  return { script: script.replaceAll(/<(?=\/script|!--)/gi, '<\\'), style, files };
}

/** The file around its title and what it shows. By hashes, as whoever opens it may have no secure context to count them in. */
function around(script: string, style: string): [string, string, string] {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
  return [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>`,
    `</title>
<style>${style}</style>
</head>
<body>
<div id="single"></div>
<noscript>This page draws with JavaScript, which stands in it.</noscript>
<script type="application/json" id="shown">`,
    `</script>
<script>${script}</script>
</body>
</html>
`,
  ];
}
