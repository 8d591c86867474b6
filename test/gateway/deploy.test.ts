/** The files of deploy/ that no test can start. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';
import { blocksOf } from '../docs/blocks.ts';
import { hasRedis } from '../redis/redis-server.ts';
import { FORGETS_NOTHING, redisSettings } from '../redis/redis-settings.ts';
import { hasTool } from '../tools.ts';
import { unknownToEnvoy } from './envoy-schema.ts';

const read = (name: string): unknown =>
  parse(readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8'), { merge: true });

describe.skipIf(!hasTool('@grpc/grpc-js-xds', 'protobufjs'))('deploy/envoy/envoy.yaml', () => {
  it('has nothing that Envoy does not know', async () => {
    expect(await unknownToEnvoy(read('envoy/envoy.yaml'))).toEqual([]);
  });

  it.each([
    ['a name that is none', { static_resources: { listener: [] } }, '/static_resources/listener is not known'],
    ['a number for a time', { stats_flush_interval: 5 }, '/stats_flush_interval is no google.protobuf.Duration'],
    [
      'a value that is none',
      { static_resources: { clusters: [{ lb_policy: 'LEAST' }] } },
      '/static_resources/clusters/0/lb_policy is none of its values',
    ],
    [
      'two ways to match at once',
      {
        static_resources: {
          listeners: [
            {
              filter_chains: [
                {
                  filters: [
                    {
                      typed_config: {
                        '@type':
                          'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                        route_config: { virtual_hosts: [{ routes: [{ match: { path: '/a', prefix: '/b' } }] }] },
                      },
                    },
                  ],
                },
              ],
            },
          ],
        },
      },
      'has two of path_specifier',
    ],
  ])('would not be passed with %s', async (_name, configuration, fault) => {
    expect((await unknownToEnvoy(configuration)).join()).toContain(fault);
  });
});

describe('deploy/envoy/envoy.yaml', () => {
  it('sends every route to a cluster that there is', () => {
    const text = JSON.stringify(read('envoy/envoy.yaml'));
    const asked = [...text.matchAll(/"cluster":"([^"]+)"/g)].map(([, name]) => name);
    const clusters = z
      .object({ static_resources: z.object({ clusters: z.array(z.object({ name: z.string() })) }) })
      .parse(read('envoy/envoy.yaml'))
      .static_resources.clusters.map(({ name }) => name);
    expect(new Set(asked)).toEqual(new Set(clusters));
  });
});

describe('deploy/compose.yaml', () => {
  const { services, volumes } = z
    .object({
      services: z.record(
        z.string(),
        z.looseObject({
          volumes: z.array(z.string()).optional(),
          environment: z.record(z.string(), z.string()).optional(),
          command: z.array(z.string()).optional(),
        }),
      ),
      volumes: z.record(z.string(), z.unknown()),
    })
    .parse(read('compose.yaml'));
  const replicas = Object.keys(services).filter((name) => name.startsWith('spotlight'));

  it('has the replicas that nginx asks, and the configuration that is tested', () => {
    const nginx = readFileSync(new URL('../../deploy/nginx/spotlight.conf', import.meta.url), 'utf8');
    const asked = new Set([...nginx.matchAll(/server (\S+):8080/g)].map(([, name]) => name));
    expect([...asked].sort()).toEqual(replicas.sort());
    expect(services.nginx.volumes).toEqual(['./nginx/spotlight.conf:/etc/nginx/conf.d/default.conf:ro']);
  });

  it('has one Redis for all replicas, whose data outlives it', () => {
    for (const name of replicas)
      expect(readConfig(services[name].environment)).toMatchObject({ redisUrl: 'redis://redis:6379' });
    const [volume, path] = services.redis.volumes?.[0].split(':') ?? [];
    expect([Object.keys(volumes), path]).toEqual([[volume], '/data']);
  });

  it.skipIf(!hasRedis)(
    'has a Redis that takes its settings: it forgets nothing, neither when it ends nor when it is full',
    async () => {
      expect(await redisSettings(services.redis.command)).toEqual(FORGETS_NOTHING);
    },
  );
});

describe('docs/scale.md', () => {
  it.skipIf(!hasRedis)('starts a Redis that forgets nothing', async () => {
    const shown = blocksOf('docs/scale.md')
      .find(({ language }) => language === 'text')
      ?.text.split(' ');
    expect(await redisSettings(shown?.map((word) => word.trim()))).toEqual(FORGETS_NOTHING);
  });
});
