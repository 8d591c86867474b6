/** Who may use the server, and who vouches for them; without any of these, whoever reaches it. */
import { z } from 'zod';
import { described } from './variable.ts';

const MAX_PATH_LENGTH = 4096;
const MAX_NAME_LENGTH = 1024;
/** Hosts that no one else can answer for. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const path = (variable: string, meaning: string) =>
  described(z.string().max(MAX_PATH_LENGTH).optional(), {
    ...{ variable, meaning, standard: 'none' },
    expects: `a path of at most ${MAX_PATH_LENGTH} characters`,
  });
const name = (variable: string, meaning: string) =>
  described(z.string().max(MAX_NAME_LENGTH).optional(), {
    ...{ variable, meaning, standard: 'none' },
    expects: `a text of at most ${MAX_NAME_LENGTH} characters`,
  });

export const accessSettings = {
  apiKeysFile: path(
    'API_KEYS_FILE',
    'Who may use the server: a file of keys, as `npm run key -- --name NAME` writes it; read anew when it changes.',
  ),
  jwksUrl: described(
    z
      .url({ protocol: /^https?$/ })
      .transform((text) => new URL(text))
      .refine(({ protocol, hostname }) => protocol === 'https:' || LOOPBACK.test(hostname))
      .optional(),
    {
      variable: 'JWKS_URL',
      expects: 'a URL of https, or of http on this machine',
      standard: 'none',
      meaning: 'Where the public keys (RFC 7517) are that JSON Web Tokens are checked with.',
    },
  ),
  jwksFile: path('JWKS_FILE', 'The same keys in a file, read anew when it changes.'),
  jwtIssuer: name('JWT_ISSUER', 'Who such tokens must come from: their `iss`.'),
  jwtAudience: name('JWT_AUDIENCE', 'Whom they must be for: their `aud`.'),
};

/**
 * Variables that would turn keys on, but are empty. Compose files leave variables so, which is no reason not to start; but
 * whoever meant one should not find the server open without a word.
 */
export function emptyAccessVariables(environment: Record<string, string | undefined>): string[] {
  return ['API_KEYS_FILE', 'JWKS_URL', 'JWKS_FILE'].filter((variable) => environment[variable] === '');
}
