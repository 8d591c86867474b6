/** The environment → Config. Each variable stands in this room once, with its check, its default and its meaning. */
import { z } from 'zod';
import { accessSettings } from './access-settings.ts';
import { callerLimits } from './caller-limits.ts';
import { connectionLimits } from './connection-limits.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { jobLimits } from './job-limits.ts';
import { meantVariable } from './meant-variable.ts';
import { holdersOf, type MemoryLimits, memoryLimits, ROOMY } from './memory-limits.ts';
import { processSettings } from './process-settings.ts';
import { requestLimits } from './request-limits.ts';
import { sharingSettings } from './sharing-settings.ts';
import { spreadSettings } from './spread-settings.ts';
import { streamLimits } from './stream-limits.ts';
import { type About, aboutOf } from './variable.ts';

const configSchema = z.object({
  ...processSettings,
  ...accessSettings,
  ...requestLimits,
  ...callerLimits,
  ...connectionLimits,
  ...gatewaySettings,
  ...streamLimits,
  ...jobLimits,
  ...sharingSettings,
  ...spreadSettings,
});

/** All settings of the server. */
export type Config = z.output<typeof configSchema>;

type Environment = Record<string, string | undefined>;

/** An environment that the server cannot start with; the message is one line for whoever set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const variables: readonly (readonly [field: string, about: About])[] = Object.entries(configSchema.shape).map(
  ([field, schema]) => [field, aboutOf(schema)],
);

/**
 * The settings that the environment asks for. A variable that is empty counts as not set, as compose files leave them.
 * @throws ConfigError that names every wrong variable
 */
export function readConfig(environment: Environment = {}): Config {
  const given = Object.fromEntries(
    variables.map(([field, { variable }]) => [field, environment[variable] || undefined]),
  );
  const read = configSchema.safeParse(given);
  if (read.success) return { ...read.data, ...limitsOf(read.data, given) };
  const wrong = new Map(read.error.issues.map((issue) => [issue.path[0], issue]));
  const sentences = variables.flatMap(([field, { variable, expects }]) => {
    const issue = wrong.get(field);
    if (issue === undefined) return [];
    const why = issue.code === 'custom' ? `: ${issue.message}` : '';
    return `${variable} is ${JSON.stringify(given[field]?.slice(0, 100))}, but must be ${expects}${why}`;
  });
  throw new ConfigError(sentences.join('; '));
}

/** The limits that follow the memory, unless they were given. */
function limitsOf(config: Config, given: Record<string, string | undefined>): MemoryLimits {
  const isGiven = ([field]: [string, unknown]) => field in ROOMY && given[field] !== undefined;
  const holders = { memoryBytes: config.memoryBytes, ...holdersOf(config) };
  return memoryLimits(holders, Object.fromEntries(Object.entries(config).filter(isGiven)));
}

/** Variables that are not read but look like ones that are, each with that one: `MAX_QUEU` → `MAX_QUEUE`, `HTTP_PORT` → `PORT`. */
export function mistypedVariables(environment: Environment): { variable: string; meant: string }[] {
  const known = variables.map(([, { variable }]) => variable);
  return Object.entries(environment).flatMap(([variable, value = '']) => {
    const meant = known.includes(variable) ? undefined : meantVariable(variable, value, known);
    return meant === undefined ? [] : { variable, meant };
  });
}

/** The table of all variables, in Markdown, as it stands in the README. */
export function variablesTable(): string {
  const rows = variables.map(([, { variable, standard, meaning }]) => `| \`${variable}\` | ${standard} | ${meaning} |`);
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}
