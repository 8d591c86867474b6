import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, mistypedVariables, readConfig, variablesTable } from '../../src/config/config.ts';
import { availableCores } from '../../src/config/cores.ts';

describe('the configuration', () => {
  it('is complete without any variable', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      kernel: 'auto',
      maxBodyBytes: 67108864,
      maxElements: 33554432,
    });
    expect(config).toMatchObject({ maxOutputBytes: 268435456, maxQueue: 1024, deadlineMs: 60000, logLevel: 'info' });
    expect(config.workers).toBeGreaterThanOrEqual(1);
  });

  it('takes what the environment says', () => {
    const config = readConfig({
      HOST: '::',
      PORT: '0',
      WORKERS: '3',
      KERNEL: 'reference',
      LOG_LEVEL: 'silent',
      DEADLINE_MS: '5',
    });
    expect(config).toMatchObject({
      host: '::',
      port: 0,
      workers: 3,
      kernel: 'reference',
      logLevel: 'silent',
      deadlineMs: 5,
    });
  });

  it('takes an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: '' }).port).toBe(8080);
  });

  it.each([
    ['65536', 65536],
    ['64KiB', 65536],
    ['1MiB', 1048576],
    ['1GiB', 1073741824],
  ])('reads the size %s', (text, bytes) => {
    expect(readConfig({ MAX_BODY_BYTES: text }).maxBodyBytes).toBe(bytes);
  });

  it.each([
    ['MAX_QUEU', 'MAX_QUEUE'],
    ['MAXQUEUE', 'MAX_QUEUE'],
    ['max_queue', 'MAX_QUEUE'],
    ['DEADLINE_SM', 'DEADLINE_MS'],
    ['WORKER', 'WORKERS'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    // Without their last word, or their first.
    ['API_KEYS', 'API_KEYS_FILE'],
    ['KEYS_FILE', 'API_KEYS_FILE'],
    ['DRAIN', 'DRAIN_MS'],
    ['METRICS', 'METRICS_PORT'],
    ['MAX_BODY', 'MAX_BODY_BYTES'],
    ['QUEUE_BYTES', 'MAX_QUEUE_BYTES'],
    // As other servers call them.
    ['HTTP_PORT', 'PORT'],
    ['TRUSTED_PROXIES', 'TRUST_PROXY'],
    ['ALLOWED_ORIGINS', 'CORS_ORIGINS'],
    ['API_KEY', 'API_KEYS_FILE'],
    ['SPOTLIGHT_PORT', 'PORT'],
    ['SPOTLIGHT_MAX_QUEU', 'MAX_QUEUE'],
    ['SPOTLIGHT_KEYS_FILE', 'API_KEYS_FILE'],
  ])('takes %s for %s, mistyped or half remembered', (variable, meant) => {
    expect(mistypedVariables({ [variable]: '1' })).toEqual([{ variable, meant }]);
  });

  it.each([
    [
      'shells',
      'HOME PATH HOSTNAME USER LOGNAME TERM LANG PWD OLDPWD SHLVL SHELL EDITOR PAGER MAIL TZ LC_ALL DISPLAY _ HOSTTYPE',
    ],
    [
      'npm and Node',
      'NODE_ENV NODE_OPTIONS NODE_PATH NODE_VERSION npm_config_port npm_package_name npm_lifecycle_event INIT_CWD',
    ],
    ['systemd', 'LISTEN_FDS LISTEN_PID NOTIFY_SOCKET INVOCATION_ID JOURNAL_STREAM MAINPID RUNTIME_DIRECTORY'],
    ['proxies and certificates', 'HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy SSL_CERT_FILE SSL_CERT_DIR'],
    [
      'tools',
      'CI DEBUG FORCE_COLOR NO_COLOR COLORTERM XDG_CONFIG_DIRS SSH_CONNECTION DOCKER_HOST WEB_CONCURRENCY NVM_DIR',
    ],
    [
      'other services',
      'DATABASE_URL REDIS_HOST REDIS_PORT POSTGRES_PORT SMTP_HOST AWS_REGION JAVA_HOME OPENAI_API_KEY',
    ],
    [
      'other libraries',
      'OTEL_SERVICE_NAME OTEL_EXPORTER_OTLP_HEADERS UV_THREADPOOL_SIZE MALLOC_MMAP_THRESHOLD_ OMP_NUM_THREADS',
    ],
    ['settings that are known', 'HOST PORT MAX_QUEUE'],
  ])('leaves the variables of %s alone', (_whose, names) => {
    expect(mistypedVariables(Object.fromEntries(names.split(' ').map((name) => [name, '1'])))).toEqual([]);
  });

  // https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
  it.each(['SPOTLIGHT', 'KUBERNETES'])('leaves alone what Kubernetes says of a service %s', (name) => {
    const links = {
      [`${name}_SERVICE_HOST`]: '10.0.0.11',
      [`${name}_SERVICE_PORT`]: '80',
      [`${name}_SERVICE_PORT_HTTP`]: '80',
      [`${name}_PORT`]: 'tcp://10.0.0.11:80',
      [`${name}_PORT_80_TCP`]: 'tcp://10.0.0.11:80',
      [`${name}_PORT_80_TCP_PROTO`]: 'tcp',
      [`${name}_PORT_80_TCP_PORT`]: '80',
      [`${name}_PORT_80_TCP_ADDR`]: '10.0.0.11',
    };
    expect(mistypedVariables(links)).toEqual([]);
  });

  it.each([
    ['https://studio.example', ['https://studio.example']],
    ['https://Studio.example:443, http://localhost:5173', ['https://studio.example', 'http://localhost:5173']],
    ['https://bücher.example', ['https://xn--bcher-kva.example']],
    ['http://[::1]:80,chrome-extension://abc', ['http://[::1]', 'chrome-extension://abc']],
    ['*', ['*']],
  ])('reads the origins %s as browsers send them', (text, origins) => {
    expect(readConfig({ CORS_ORIGINS: text }).corsOrigins).toEqual(origins);
  });

  it.each([
    ['https://studio.example/', 'its origin is https://studio.example'],
    ['https://a.example, https://b.example/app?x=1', 'its origin is https://b.example'],
    ['studio.example', 'perhaps https://studio.example is meant'],
    ['localhost:5173', 'has no scheme'],
    ['null', 'only * lets these in'],
    ['*, https://a.example', 'stands alone'],
    ['https://*.example', 'list each origin'],
    ['https://a.example,', 'nothing stands'],
    ['https://a.example https://b.example', 'is not scheme://host'],
    ['https://user@a.example', 'is not scheme://host'],
    ['https://a.example:99999', 'is not scheme://host'],
  ])('says what is wrong with the origins %s', (text, words) => {
    const error = thrownBy(() => readConfig({ CORS_ORIGINS: text }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain('\n');
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', ' 80'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['WORKERS', '0'],
    ['WORKERS', 'many'],
    ['KERNEL', 'gpu'],
    ['LOG_LEVEL', 'verbose'],
    ['HOST', 'http://localhost'],
    ['MAX_BODY_BYTES', '64MB'],
    ['MAX_BODY_BYTES', '64mib'],
    ['MAX_BODY_BYTES', '1.5GiB'],
    ['MAX_BODY_BYTES', '4GiB'],
    ['MAX_BODY_BYTES', '0KiB'],
    ['MAX_ELEMENTS', '1MiB'],
    ['DEADLINE_MS', '99999999999'],
    ['METRICS_PORT', '65536'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['CALLER_REQUEST_RATE', '0'],
    ['CALLER_WORK_RATE', '1e3'],
    ['CALLER_CONCURRENCY', '0.5'],
  ])('refuses %s of %j in one line that names it', (variable, value) => {
    const error = thrownBy(() => readConfig({ [variable]: value }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(
      new RegExp(`${variable} is ${JSON.stringify(value)}, but must be (an integer|a number|one of|a host)`),
    );
    expect(String(error)).not.toContain('\n');
  });

  it('names all that is wrong at once', () => {
    const message = String(thrownBy(() => readConfig({ PORT: 'x', KERNEL: 'y' })));
    expect(message).toContain('PORT is "x"');
    expect(message).toContain('KERNEL is "y"');
  });

  it('stands in the README as it is', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, table] = readme.split(/<!-- \/?variables -->/);
    expect(table?.trim()).toBe(variablesTable());
  });
});

describe('the server with a wrong variable', () => {
  it('says so in one line and exits with 1', async () => {
    const child = spawn(process.execPath, ['dist/main.js'], { env: { ...process.env, PORT: 'eighty' } });
    let said = '';
    child.stdout.on('data', (data) => (said += data));
    child.stderr.on('data', (data) => (said += data));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(said).toBe('spotlight cannot start: PORT is "eighty", but must be an integer from 0 to 65535\n');
    expect(code).toBe(1);
  });
});

describe('the cores that a container may use', () => {
  const cores = (files: Record<string, string>, machine = 16) => availableCores((path) => files[path], machine);

  it('are those of the machine without a quota', () => {
    expect(cores({})).toBe(16);
    expect(cores({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' })).toBe(16);
    expect(
      cores({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }),
    ).toBe(16);
  });

  it('are the quota of cgroup version 2', () => {
    expect(cores({ '/sys/fs/cgroup/cpu.max': '400000 100000\n' })).toBe(4);
  });

  it('are the quota of cgroup version 1', () => {
    expect(
      cores({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }),
    ).toBe(2);
  });

  it('round up to one whole core', () => {
    expect(cores({ '/sys/fs/cgroup/cpu.max': '50000 100000\n' })).toBe(1);
    expect(cores({ '/sys/fs/cgroup/cpu.max': '150000 100000\n' })).toBe(2);
  });

  it('are never more than the machine has', () => {
    expect(cores({ '/sys/fs/cgroup/cpu.max': '6400000 100000\n' })).toBe(16);
  });

  it('are the least quota on the way from the own group to the root', () => {
    expect(
      cores({
        '/proc/self/cgroup': '0::/pods/one\n',
        '/sys/fs/cgroup/pods/one/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/pods/cpu.max': '300000 100000\n',
      }),
    ).toBe(3);
    expect(
      cores({
        '/proc/self/cgroup': '4:cpu,cpuacct:/docker/one\n0::/\n',
        '/sys/fs/cgroup/cpu/docker/one/cpu.cfs_quota_us': '500000',
        '/sys/fs/cgroup/cpu/docker/one/cpu.cfs_period_us': '100000',
      }),
    ).toBe(5);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
