/** What makes one service of several replicas. */
import { z } from 'zod';
import { described, duration } from './variable.ts';

const MAX_URL_LENGTH = 4096;

export const sharingSettings = {
  redisUrl: described(
    z
      .string()
      .max(MAX_URL_LENGTH)
      .refine((text) => URL.canParse(text) && ['redis:', 'rediss:'].includes(new URL(text).protocol))
      .optional(),
    {
      variable: 'REDIS_URL',
      expects: 'a URL of redis or, with TLS, rediss, such as redis://:PASSWORD@redis:6379/0',
      standard: 'none',
      meaning: 'The Redis that replicas share, which makes them one service; unless set, each stands for itself.',
    },
  ),
  redisPrefix: described(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .default('spotlight'),
    {
      variable: 'REDIS_PREFIX',
      expects: '1 to 64 letters, digits, points, hyphens and underscores',
      standard: 'spotlight',
      meaning: 'What all its keys there begin with: services that share a Redis have different ones.',
    },
  ),
  redisNearMs: duration(
    'REDIS_NEAR_MS',
    100,
    'How long a request waits for Redis to tell what its caller has left; where it takes longer, each replica counts for itself.',
  ),
  redisTimeoutMs: duration(
    'REDIS_TIMEOUT_MS',
    2000,
    'How long an answer of Redis is waited for; then it counts as away.',
  ),
};
