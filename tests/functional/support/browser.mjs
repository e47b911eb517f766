// Debian's Chromium, without a window, driven through the DevTools protocol.
import { after } from 'node:test';
import { chromium } from 'playwright-core';

// It connects only to the tested server.
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let browser;
after(() => browser?.close());

/** A new page in its own profile; `page.faults` collects the errors and warnings of the browser. */
export async function openPage(options = {}) {
  browser ??= await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  const page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(15_000);
  page.faults = [];
  page.on('console', (message) => { if (message.type() === 'error') page.faults.push(message.text()); });
  page.on('pageerror', (error) => page.faults.push(String(error)));
  return page;
}
