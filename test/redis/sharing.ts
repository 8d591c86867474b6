/** What a server says of the Redis that it shares with others. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until it says so: a server is ready before it has found Redis, and goes on when that has gone. */
export async function untilSharing(url: string, what: 'redis' | 'away'): Promise<void> {
  for (;;) {
    const { sharing } = (await (await fetch(`${url}/info`)).json()) as { sharing: string };
    if (sharing === what) return;
    await sleep(20);
  }
}
