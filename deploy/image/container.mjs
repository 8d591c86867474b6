// Starts an image as Kubernetes would with the strictest settings: its own user on a read-only root, without capabilities or new
// privileges, its server as process 1. By runc, from a bundle (OCI runtime specification 1.0); the network is that of the machine.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param root where the files of the image are
 * @param config `config` of the image (OCI image specification): User, Env, Cmd, WorkingDir
 * @param env variables beside those of the image
 * @param folder a place for the bundle and the state of runc
 */
export function startContainer({ root, config, env, folder }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(bundle({ root, config, env })));
  const name = `spotlight-${process.pid}`;
  const options = ['--root', join(folder, 'state')];
  const child = spawn('runc', [...options, 'run', '--bundle', folder, name]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const runc = (...args) => execFileSync('runc', [...options, ...args], { stdio: 'pipe' }).toString();
  return {
    said: () => said,
    /** Its exit code. */
    ended,
    /** Runs a command inside, as the same user, and gives what it printed. */
    exec: (...command) => runc('exec', name, ...command),
    signal: (signal) => runc('kill', name, signal),
    /** For when the try fails. */
    remove: () => runc('delete', '--force', name),
  };
}

function bundle({ root, config, env }) {
  const [uid, gid] = config.User.split(':').map(Number);
  const none = Object.fromEntries(
    ['bounding', 'effective', 'inheritable', 'permitted', 'ambient'].map((kind) => [kind, []]),
  );
  return {
    ociVersion: '1.0.2',
    root: { path: root, readonly: true },
    process: {
      user: { uid, gid },
      args: [...(config.Entrypoint ?? []), ...config.Cmd],
      env: [...config.Env, ...Object.entries(env).map(([variable, value]) => `${variable}=${value}`)],
      cwd: config.WorkingDir,
      capabilities: none,
      noNewPrivileges: true,
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      {
        destination: '/dev',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'strictatime', 'mode=755', 'size=64k'],
      },
    ],
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })) },
  };
}
