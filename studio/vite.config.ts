import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { precompressed } from './precompressed.ts';
import { singleFile } from './single-file.ts';

/** Where the service runs that the page is developed against. */
const service = `http://127.0.0.1:${process.env.PORT ?? 8080}`;
const routes = ['/attention', '/examples', '/runs', '/health', '/info', '/docs', '/openapi', '/asyncapi', '/token'];

export default defineConfig({
  // The page finds its files, and the service, beside its own address: under any prefix.
  base: './',
  // From its source, so that the page can be built before the client's package is.
  resolve: { alias: { 'spotlight-client': fileURLToPath(new URL('../client/src/client.ts', import.meta.url)) } },
  plugins: [singleFile(), precompressed()],
  build: {
    target: 'es2022',
    // The policy of the page allows no data in place of files, but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(routes.map((path) => [path, { target: service, ws: path === '/attention' }])),
  },
});
