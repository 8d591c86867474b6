import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export const hasChromium = executablePath !== undefined;
if (!hasChromium) console.log('skipped: the browser tests need chromium (apt-get install chromium)');

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
}

/**
 * What goes wrong on a page from now on: whatever its console says, scripts that failed, what its policy forbade, and, where
 * an origin is given, what any other was asked for.
 */
export function complaintsOf(page: Page, origin = ''): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => !request.url().startsWith(origin) && complaints.push(request.url()));
  return complaints;
}
