// Builds the Dockerfile and tries what comes out: `node deploy/image/build-and-try.mjs`, as root, with buildah, debootstrap and runc
// (apt-get install buildah debootstrap runc). No registry of images is asked, see local-base.mjs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startContainer } from './container.mjs';
import { faultsOfFiles, faultsOfSettings } from './expectations.mjs';
import { makeBases, npmSettings, quietly } from './local-base.mjs';
import { faultsOfService } from './try-service.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
/** Where the authorities are that this machine trusts: npm's settings may name a file there. */
const CERTIFICATES = '/etc/ssl/certs';

const missing = ['buildah', 'debootstrap', 'runc', 'apt-get'].filter((tool) => spawnSync(tool, ['--version']).error);
if (process.getuid?.() !== 0) missing.push('a user who is root');
if (missing.length > 0) {
  console.log(`skipped: building the image needs ${missing.join(', ')}`);
  process.exit(process.env.CI ? 1 : 0);
}

const start = performance.now();
const say = (text) => console.log(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${text}`);
const folder = mkdtempSync(join(tmpdir(), 'spotlight-image-'));
const store = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
const buildah = (...args) => quietly('buildah', [...store, ...args]).trim();
const mounted = [];
const mount = (image) => {
  const container = buildah('from', image);
  mounted.push(container);
  return buildah('mount', container);
};

let container;
try {
  const bases = makeBases(buildah, folder);
  say('two local bases are made');
  build(bases);
  say('the Dockerfile is built');

  const { OCIv1, Docker } = JSON.parse(buildah('inspect', '--type', 'image', 'spotlight'));
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const root = mount('spotlight');
  const faults = [...faultsOfSettings(Docker.config, version), ...faultsOfFiles(root)];
  say(
    `the image has ${size(root)}: ${size(mount(bases.RUN_IMAGE))} of its base, ${size(join(root, 'usr/local'))} of Node, ${size(join(root, 'app'))} of ours`,
  );

  const port = await freePort();
  const env = { HOST: '127.0.0.1', PORT: String(port) };
  container = startContainer({ root, config: OCIv1.config, env, folder: join(folder, 'bundle') });
  faults.push(...(await faultsOfService(container, `http://127.0.0.1:${port}`)));
  say('it was started, asked and ended');

  for (const fault of faults) console.log(`fault: ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  container?.remove();
  for (const name of mounted) buildah('umount', name);
  rmSync(folder, { recursive: true, force: true });
}

function build(bases) {
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, npmSettings(), { mode: 0o600 });
  const how = ['--isolation', 'chroot', '--format', 'docker', '--tag', 'spotlight'];
  const settings = ['--secret', `id=npmrc,src=${npmrc}`, '--volume', `${CERTIFICATES}:${CERTIFICATES}:ro`];
  const given = Object.entries(bases).flatMap(([name, image]) => ['--build-arg', `${name}=localhost/${image}`]);
  buildah('build', ...how, ...settings, ...given, repository);
}

/** As du counts it, in MB. */
function size(path) {
  return `${Math.round(Number(quietly('du', ['-s', '--block-size=1000', path]).split('\t')[0]) / 1000)} MB`;
}

/** One that nobody listens on now. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
