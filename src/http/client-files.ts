/** A part of `npm run openapi`: writes client/src/wire/, the committed declarations of what the server takes and answers. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { clientDeclarations } from './documents/client-declarations.ts';

const folder = new URL('../../client/src/wire/', import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of clientDeclarations()) writeFileSync(new URL(name, folder), text);
