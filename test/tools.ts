/** What only continuous integration needs: other people's compilers, generators and linters, of test/tools/package.json. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that they are installed in. */
export const tools = fileURLToPath(new URL('./tools/', import.meta.url));

/** Whether tests that need these packages can run; where CI is set they do, and fail if one is missing. */
export function hasTool(...names: string[]): boolean {
  const missing = names.filter((name) => !existsSync(join(tools, 'node_modules', name)));
  if (missing.length === 0 || process.env.CI) return true;
  console.log(`skipped: needs ${missing.join(', ')} (npm ci --prefix test/tools)`);
  return false;
}

/** The command of a package. */
export const command = (name: string) => join(tools, 'node_modules/.bin', name);
