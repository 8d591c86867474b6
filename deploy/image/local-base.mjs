// The two bases of the Dockerfile, made here, for where no registry of images can be reached: Debian by debootstrap, from the
// mirror that this machine uses, and Node from the packages of npm. What a registry gives has the same parts, laid otherwise.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const RELEASE = 'bookworm';
const NODE = '24';
const NPM = '11';

/**
 * Commits `run-base` and `node-base`.
 * @param buildah runs buildah with the store of this try
 * @param folder a place for what is downloaded
 */
export function makeBases(buildah, folder) {
  return {
    RUN_IMAGE: imageOf(buildah, 'scratch', 'run-base', debian),
    NODE_IMAGE: imageOf(buildah, 'run-base', 'node-base', (root) => addNode(root, join(folder, 'node'))),
  };
}

function imageOf(buildah, from, name, fill) {
  const container = buildah('from', from);
  fill(buildah('mount', container));
  buildah('umount', container);
  buildah('commit', '--quiet', '--rm', container, name);
  return name;
}

function debian(root) {
  const sites = execFileSync('apt-get', [
    'indextargets',
    '--format',
    '$(SITE)',
    'Created-By: Packages',
    `Codename: ${RELEASE}`,
  ]);
  const [mirror] = sites.toString().split('\n');
  if (mirror === '') throw new Error(`apt knows no mirror of Debian ${RELEASE}`);
  quietly('debootstrap', ['--variant=minbase', RELEASE, root, mirror], { DPKG_FORCE: 'unsafe-io' });
  // What debian:*-slim leaves out, too. The licenses stay.
  for (const folder of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/man', 'usr/share/locale'])
    empty(join(root, folder));
  for (const name of readdirSync(join(root, 'usr/share/doc'))) {
    for (const file of readdirSync(join(root, 'usr/share/doc', name))) {
      if (file !== 'copyright') rmSync(join(root, 'usr/share/doc', name, file), { recursive: true });
    }
  }
}

function addNode(root, folder) {
  const name = `node-linux-${process.arch}`;
  quietly('npm', ['install', '--prefix', folder, '--ignore-scripts', `${name}@${NODE}`]);
  const unpacked = join(folder, 'node_modules', name);
  for (const file of ['bin/node', 'LICENSE']) cpSync(join(unpacked, file), join(root, 'usr/local', file));
  quietly('npm', ['install', '--global', '--prefix', join(root, 'usr/local'), '--ignore-scripts', `npm@${NPM}`]);
}

function empty(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
}

/** Says what a command said only when it fails. */
export function quietly(command, args, env = {}) {
  try {
    return execFileSync(command, args, {
      stdio: 'pipe',
      env: { ...process.env, ...env },
      maxBuffer: 2 ** 26,
    }).toString();
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`.slice(-8000));
    throw new Error(`${command} ${args[0]} failed`);
  }
}

/** The settings of npm on this machine, in one text: those for all users, then those of this one, which go before. */
export function npmSettings() {
  return ['globalconfig', 'userconfig']
    .map((which) => execFileSync('npm', ['config', 'get', which]).toString().trim())
    .map((file) => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}
