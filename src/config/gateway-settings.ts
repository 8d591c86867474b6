/** Where the server stands: under which path, behind which gateways, and by which names it is known. */
import { z } from 'zod';
import { prefixIn } from './base-path.ts';
import { hostList } from './host-list.ts';
import { trustList } from './trust-list.ts';
import { described, readBy } from './variable.ts';

export const gatewaySettings = {
  basePath: described(
    z
      .string()
      .transform((text) => prefixIn(text))
      .pipe(z.string())
      .default(''),
    {
      variable: 'BASE_PATH',
      expects: 'a path such as /attention-service, of letters, digits and ._~- between slashes',
      standard: '/',
      meaning: 'The path under which all that the server has is found, and which its links begin with.',
    },
  ),
  trustProxy: described(readBy(trustList).default([]), {
    variable: 'TRUST_PROXY',
    expects: 'addresses or networks such as 10.0.0.0/8 with commas between, or the words loopback and private',
    standard: 'none',
    meaning:
      'The gateways whose X-Forwarded-For, -Proto, -Host and -Prefix are believed; those of others are not read.',
  }),
  allowedHosts: described(readBy(hostList).default([]), {
    variable: 'ALLOWED_HOSTS',
    expects: 'names such as example.org or *.example.org with commas between',
    standard: 'all',
    meaning:
      'The names that the server answers for, at any port; others are 421. Probes (/health/…, /v2/health/…) may use any.',
  }),
};
