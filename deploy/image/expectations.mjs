// What an image must say of itself, and what it must not hold.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is wrong with the settings of an image, a sentence each.
 * @param config `config` of the image, as Docker writes it
 * @param version the one of package.json
 */
export function faultsOfSettings(config, version) {
  const labels = config.Labels ?? {};
  const label = (name) => labels[`org.opencontainers.image.${name}`];
  return [
    /^[1-9]\d*:[1-9]\d*$/.test(config.User ?? '') ||
      `it runs as ${JSON.stringify(config.User)}, not as the number of a user without rights`,
    config.StopSignal === 'SIGTERM' || `it is stopped with ${config.StopSignal}`,
    label('version') === version || `it is labeled as version ${label('version')}, but package.json says ${version}`,
    label('licenses') === 'MIT' || `it is labeled with the license ${label('licenses')}`,
    label('title') === 'spotlight' || `its title is ${label('title')}`,
    config.Healthcheck?.Test?.[1] === 'spotlight-health' || 'it has no health check',
  ].filter((fault) => fault !== true);
}

/** Patterns of paths, each with why it must not be there. */
const UNNEEDED = [
  [/\.(map|tsbuildinfo)$/, 'a map'],
  [/\.[cm]?ts$/, 'a source or declaration of TypeScript'],
  [/^app\/(src|client|test|load|docs|deploy|openapi)\//, 'for development only'],
  [
    /^app\/node_modules\/(@[^/]+\/)?[^/]+\/(test|tests|docs|examples|benchmarks?)\//,
    'for the development of a package',
  ],
  [/^app\/node_modules\/(typescript|vitest|vite|assemblyscript|playwright-core)\//, 'a package for development'],
  [/\.npmrc$/, 'settings of npm, which may hold a key'],
  [/^usr\/(local\/)?bin\/(npm|npx|corepack|yarn|gcc|g\+\+|cc|c\+\+|curl|wget)$/, 'a tool that nothing here starts'],
  [/(darwin|win32|android|musl).*\.node$/, 'a build for another platform'],
];

const NEEDED = [
  'app/LICENSE',
  'app/vectors/NOTICE.md',
  'usr/local/share/doc/node/LICENSE',
  'app/dist/kernels/native/attention.node',
  'app/studio/dist/index.html',
];

/** What is wrong with the files below `root`, a sentence each. */
export function faultsOfFiles(root) {
  const faults = NEEDED.filter((path) => !existsSync(join(root, path))).map((path) => `${path} is missing`);
  for (const top of ['app', 'usr/local', 'usr/bin', 'root']) {
    for (const path of readdirSync(join(root, top), { recursive: true })) {
      const full = join(top, path);
      const unneeded = UNNEEDED.find(([pattern]) => pattern.test(full));
      if (unneeded !== undefined) faults.push(`${full} is ${unneeded[1]}`);
    }
  }
  return [...faults, ...packagesWithoutLicense(join(root, 'app/node_modules'))];
}

/** Every package tells its license: in a file, or in its package.json. */
function packagesWithoutLicense(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => /(^|node_modules\/)(@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
    .filter((path) => {
      const files = readdirSync(join(folder, path, '..'));
      const isTold = files.some((name) => /^(licen[cs]e|copying|notice)/i.test(name));
      return !isTold && !JSON.parse(readFileSync(join(folder, path), 'utf8')).license;
    })
    .map((path) => `${path} has no license beside it`);
}
