import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { testApp, type TestApp } from './test-app.js';

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const browserAt = places.find((place) => place !== undefined && existsSync(place));

let it: TestApp;
let browser: Browser | undefined;
beforeAll(async () => {
  it = await testApp();
  if (browserAt) browser = await chromium.launch({ executablePath: browserAt, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await it.close();
});

test('/docs and what it needs are anonymous, and kept to this server by their policy', async () => {
  const page = await fetch(`${it.url}/docs`);
  expect([page.status, page.url]).toEqual([200, `${it.url}/docs/`]);
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/]+=*'/);
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  expect((await fetch(`${it.url}/docs/js/scalar.js`)).status).toBe(200);
  const document = await fetch(`${it.url}/openapi.json`);
  expect(document.headers.get('content-type')).toContain('application/json');
});

test('/docs works in a browser without a network, and asks nothing of others', async () => {
  if (!browser) {
    console.warn(`NOT RUN: no Chromium at ${places.filter(Boolean).join(', ')}. Set CHROMIUM to its path.`);
    return;
  }
  const context = await browser.newContext({ locale: 'en-GB' });
  const asked: string[] = [];
  // Only our own server can be reached: what else is asked for is written down and fails.
  await context.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.startsWith(it.url)) return route.continue();
    asked.push(url);
    return route.abort('internetdisconnected');
  });
  const page = await context.newPage();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) violations.push(message.text());
  });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${it.url}/docs`);
  await page.getByRole('button', { name: 'Open Group - trainings' }).click({ timeout: 30_000 });
  await page.getByText('Record a training that was held').first().click({ timeout: 30_000 });
  await page.getByText('Idempotency-Key').first().waitFor({ timeout: 30_000 });
  expect({ asked, violations, errors }).toEqual({ asked: [], violations: [], errors: [] });
}, 90_000);
