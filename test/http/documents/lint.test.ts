import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { command, hasTool } from '../../tools.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../../../openapi/', import.meta.url));
const report = z.object({
  totals: z.object({ errors: z.int(), warnings: z.int() }),
  problems: z.array(z.object({ ruleId: z.string(), message: z.string() })),
});

describe.skipIf(!hasTool('@redocly/cli'))('the documents', () => {
  it.each([
    ['openapi.yaml'],
    // Every operation of the stream would need a scheme of security: there is none, but for the token that hello may bring.
    ['asyncapi.yaml', '--skip-rule=security-defined'],
  ])('are without fault by the recommended rules of redocly: %s', async (name, ...skipped) => {
    const rules = ['lint', '--extends=recommended', '--format=json', ...skipped, folder + name];
    // It must not ask the network for a newer version of itself, nor tell anybody of its use.
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await run(command('redocly'), rules, { env, maxBuffer: 2 ** 24 }).catch((error) => error);
    const { problems, totals } = report.parse(JSON.parse(stdout.slice(stdout.indexOf('{'))));
    expect(problems).toEqual([]);
    expect(totals).toEqual({ errors: 0, warnings: 0 });
  });
});
