import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { complaintsOf, launchChromium } from './chromium.ts';

export interface OpenStudio {
  server: RunningServer;
  browser: Browser;
  page: Page;
  /** What has gone wrong on the page, which tests may forget in between. */
  broken: string[];
  /** Ends both, which must go well, as all on the page must have gone. */
  close(): Promise<void>;
}

/** A page of the width of a laptop's, which is nowhere yet, and a server of its own. */
export async function openStudio(env: Record<string, string> = { WORKERS: '1' }): Promise<OpenStudio> {
  const server = await startServer(env);
  const browser = await launchChromium();
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  const broken = complaintsOf(page, server.url);
  const close = async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
    expect(broken).toEqual([]);
  };
  return { server, browser, page, broken, close };
}
