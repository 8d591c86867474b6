/** The manifests of deploy/kubernetes, against Kubernetes' own OpenAPI, as the package kubernetes-models carries it. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { hasRedis } from '../redis/redis-server.ts';
import { FORGETS_NOTHING, redisSettings } from '../redis/redis-settings.ts';
import { command, hasTool, tools } from '../tools.ts';
import { repository } from './folder.ts';

const folder = join(repository, 'deploy/kubernetes');
const read = (name: string): unknown => parse(readFileSync(join(folder, name), 'utf8'));
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));

const kustomization = z
  .strictObject({
    apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
    kind: z.literal('Kustomization'),
    labels: z.array(z.strictObject({ pairs: z.record(z.string(), z.string()) })),
    resources: z.array(z.string()),
    images: z.array(z.strictObject({ name: z.string(), newTag: z.string() })),
  })
  .parse(read('kustomization.yaml'));

const manifestSchema = z.looseObject({ apiVersion: z.string(), kind: z.string() });
const manifests = kustomization.resources.map((name) => ({ name, manifest: manifestSchema.parse(read(name)) }));

const probe = z.looseObject({
  httpGet: z.object({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
});
const pod = z.looseObject({
  terminationGracePeriodSeconds: z.number(),
  containers: z.tuple([
    z.looseObject({
      image: z.string(),
      env: z.array(z.object({ name: z.string(), value: z.string() })),
      ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
      securityContext: z.unknown(),
      startupProbe: probe,
      readinessProbe: probe,
      livenessProbe: probe,
    }),
  ]),
});
const { spec } = z.object({ spec: z.object({ template: z.object({ spec: pod }) }) }).parse(read('deployment.yaml'));
const { terminationGracePeriodSeconds, containers } = spec.template.spec;
const [container] = containers;
const milliseconds = (variable: string) => Number(container.env.find(({ name }) => name === variable)?.value);

describe.skipIf(!hasTool('kubernetes-models', 'typescript'))('every manifest', () => {
  const require = createRequire(join(tools, 'package.json'));
  /** apps/v1 → kubernetes-models/apps/v1, policy/v1 → …; the group of v1 has no name. */
  const moduleOf = (apiVersion: string) => `kubernetes-models/${apiVersion}`;

  it.each(manifests)('is valid: $name', ({ manifest }) => {
    const { [manifest.kind]: Model } = require(moduleOf(manifest.apiVersion));
    expect(() => new Model(manifest).validate()).not.toThrow();
  });

  it('is refused when a value is wrong', () => {
    const { PodDisruptionBudget } = require('kubernetes-models/policy/v1');
    const wrong = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      spec: { unhealthyPodEvictionPolicy: 'Never' },
    };
    expect(() => new PodDisruptionBudget(wrong).validate()).toThrow();
  });

  // The schemas let unknown fields pass; the types that are made of them do not.
  it('has no field that Kubernetes does not know', async () => {
    expect(await compiled(manifests.map(({ manifest }) => manifest))).toBe('');
    const wrong = { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80, targetPrt: 'http' }] } };
    expect(await compiled([wrong])).toMatch(/targetPrt.* does not exist/);
  });

  /** What the compiler says of manifests as literals of their types. */
  async function compiled(literals: z.output<typeof manifestSchema>[]): Promise<string> {
    mkdirSync(join(tools, 'dist'), { recursive: true });
    const program = mkdtempSync(join(tools, 'dist/manifests-'));
    onTestFinished(() => rmSync(program, { recursive: true, force: true }));
    const lines = literals.map(
      (manifest, i) =>
        `export const m${i}: import('${moduleOf(manifest.apiVersion)}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
    );
    writeFileSync(join(program, 'manifests.ts'), lines.join('\n'));
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--moduleResolution', 'node10'];
    const run = promisify(execFile)(command('tsc'), [...options, join(program, 'manifests.ts')]);
    return (await run.catch((error) => error)).stdout;
  }
});

describe('the manifests', () => {
  it('are all in the kustomization, but for the values of the adapter', () => {
    const files = readdirSync(folder).filter(
      (name) => !['kustomization.yaml', 'prometheus-adapter.yaml'].includes(name),
    );
    expect(kustomization.resources.toSorted()).toEqual(files.sort());
  });

  it('run the image of this version', () => {
    expect(kustomization.images).toEqual([{ name: container.image, newTag: version }]);
  });

  it('ask for what the server answers, at the port that it listens on', () => {
    const paths = [container.startupProbe, container.readinessProbe, container.livenessProbe].map((one) => one.httpGet);
    expect(paths.map(({ path }) => path)).toEqual(['/health/ready', '/health/ready', '/health/live']);
    for (const { port } of paths) expect(container.ports.map(({ name }) => name)).toContain(port);
    const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain(`EXPOSE ${container.ports[0].containerPort}`);
  });

  it('give the server time to drain and to finish, without a hook before it', () => {
    expect(terminationGracePeriodSeconds * 1000).toBeGreaterThan(
      milliseconds('DRAIN_MS') + milliseconds('SHUTDOWN_MS'),
    );
    expect(container).not.toHaveProperty('lifecycle');
  });

  it('see within the time to drain that a replica is not ready', () => {
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    expect(periodSeconds * failureThreshold * 1000).toBeLessThan(milliseconds('DRAIN_MS'));
  });

  it('give no rights, as the restricted profile of pod security wants', () => {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(spec.template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('scale by the metrics that the adapter gives', () => {
    const metrics = z.object({
      spec: z.object({
        metrics: z.array(z.looseObject({ pods: z.object({ metric: z.object({ name: z.string() }) }).optional() })),
      }),
    });
    const adapter = z.object({
      rules: z.object({
        custom: z.array(z.object({ name: z.object({ as: z.string() }), metricsQuery: z.string() })),
      }),
    });
    const given = adapter.parse(read('prometheus-adapter.yaml')).rules.custom.map(({ name }) => name.as);
    const asked = metrics.parse(read('scaling.yaml')).spec.metrics.flatMap(({ pods }) => pods?.metric.name ?? []);
    expect(asked).toEqual(given);
    expect(asked).toHaveLength(2);
  });

  it('scale by numbers that the server tells', () => {
    const known = new Set(catalogue.map(({ name }) => name));
    const told = readFileSync(join(folder, 'prometheus-adapter.yaml'), 'utf8').matchAll(
      /\b(spotlight_\w+?)(?:_sum|_count)?\{/g,
    );
    const names = new Set([...told].map(([, name]) => name));
    expect(names.size).toBe(3);
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the Redis of the manifests', () => {
  const labels = z.record(z.string(), z.string());
  const set = z
    .object({
      metadata: z.object({ name: z.string() }),
      spec: z.looseObject({
        serviceName: z.string(),
        replicas: z.literal(1),
        template: z.object({
          metadata: z.object({ labels }),
          spec: z.object({
            containers: z.tuple([
              z.looseObject({
                args: z.array(z.string()),
                volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
                securityContext: z.unknown(),
              }),
            ]),
          }),
        }),
        volumeClaimTemplates: z.array(z.looseObject({ metadata: z.object({ name: z.string() }) })),
      }),
    })
    .parse(read('redis.yaml'));
  const service = z
    .object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ selector: labels, ports: z.tuple([z.looseObject({ port: z.number() })]) }),
    })
    .parse(read('redis-service.yaml'));
  const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(read('settings.yaml'));
  const [redis] = set.spec.template.spec.containers;

  it('is where the replicas seek it, and only they may ask it', () => {
    expect(readConfig({ REDIS_URL: data.REDIS_URL }).redisUrl).toBe(
      `redis://${service.metadata.name}:${service.spec.ports[0].port}`,
    );
    expect(service.spec.selector).toEqual(set.spec.template.metadata.labels);
    expect(set.spec.serviceName).toBe(service.metadata.name);
    const policy = z.object({
      spec: z.object({
        podSelector: z.object({ matchLabels: labels }),
        ingress: z.tuple([z.object({ from: z.tuple([z.object({ podSelector: z.object({ matchLabels: labels }) })]) })]),
      }),
    });
    const { podSelector, ingress } = policy.parse(read('redis-network.yaml')).spec;
    expect(podSelector.matchLabels).toEqual(set.spec.template.metadata.labels);
    expect(ingress[0].from[0].podSelector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'spotlight' });
  });

  it('keeps its file on a volume that outlives it, and has no rights', () => {
    expect(redis.volumeMounts).toEqual([{ name: set.spec.volumeClaimTemplates[0].metadata.name, mountPath: '/data' }]);
    expect(redis.securityContext).toEqual(container.securityContext);
  });

  it.skipIf(!hasRedis)('takes its settings, and forgets nothing', async () => {
    expect(await redisSettings(redis.args)).toEqual(FORGETS_NOTHING);
  });

  it('leaves large results to a folder that all replicas have', () => {
    const mounted = z.looseObject({
      volumes: z.tuple([z.object({ name: z.string(), persistentVolumeClaim: z.object({ claimName: z.string() }) })]),
    });
    const claim = z
      .object({ metadata: z.object({ name: z.string() }), spec: z.looseObject({ accessModes: z.array(z.string()) }) })
      .parse(read('results.yaml'));
    const [volume] = mounted.parse(spec.template.spec).volumes;
    expect(volume.persistentVolumeClaim.claimName).toBe(claim.metadata.name);
    expect(claim.spec.accessModes).toEqual(['ReadWriteMany']);
    expect(container.volumeMounts).toEqual([{ name: volume.name, mountPath: data.RESULTS_DIR }]);
  });
});
