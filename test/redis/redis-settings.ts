import { startRedis } from './redis-server.ts';

/** What replicas need of their Redis, as redis-cli tells it. */
export const FORGETS_NOTHING = {
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  isBounded: true,
};

/** What a Redis has that is started by a command of deploy/. */
export async function redisSettings(command: readonly string[] = []): Promise<object> {
  const [program, ...flags] = command;
  if (program !== 'redis-server') throw new Error(`${program} is started`);
  const settings: Record<string, string> = {};
  for (let i = 0; i < flags.length; i += 2) settings[flags[i].replace(/^--/, '')] = flags[i + 1];
  const redis = await startRedis({ appendonly: 'no', appendfsync: 'no', ...settings });
  const of = (name: string) => redis.command('config', 'get', name).split('\n')[1];
  try {
    return {
      appendonly: of('appendonly'),
      appendfsync: of('appendfsync'),
      'maxmemory-policy': of('maxmemory-policy'),
      isBounded: Number(of('maxmemory')) > 0,
    };
  } finally {
    await redis.close();
  }
}
