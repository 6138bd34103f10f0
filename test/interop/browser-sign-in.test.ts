import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { externalHost, type PublishedSample, publishSample } from './published-sample.ts';

const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
const user = 'ada@contoso.com';
const password = 'p& <ä> 55';
const origin = `https://${externalHost}`;

const test = suite('browser sign-in');
const withBrowser = existsSync(executablePath) ? test : test.skip;
let sample: PublishedSample;
let context: BrowserContext;
let folder: string;

if (existsSync(executablePath)) {
  test.before(async () => {
    sample = await publishSample({ [user]: password });
    folder = mkdtempSync(path.join(tmpdir(), 'holdfast-chromium-'));
    context = await chromium.launchPersistentContext(folder, {
      executablePath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--host-resolver-rules=MAP ${externalHost}:443 127.0.0.1:${sample.frontPort}`,
        `--ignore-certificate-errors-spki-list=${sample.certificates.map(pinOf).join(',')}`,
      ],
    });
    context.setDefaultTimeout(20_000);
  });
  test.after(async () => {
    await context?.close();
    const left = await sample?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    assert.equal(left, []);
  });
} else console.log(`skipped: no chromium at ${executablePath}; nobody signed in with a browser`);

/** The certificates of this run, and no others, are believed although no authority of the system signed them. */
function pinOf(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/** Waits until the connector has dialled in: until then the service answers with its own page. */
async function untilServed(page: Page): Promise<void> {
  for (let look = 0; look < 100; look++) {
    if ((await page.locator('nav').count()) > 0) return;
    await page.waitForTimeout(100);
    await page.reload();
  }
  throw new Error(`the application never answered: ${await page.content()}`);
}

async function signIn(page: Page, as: string, withPassword: string): Promise<void> {
  await page.getByLabel('User name').fill(as);
  await page.getByLabel('Password').fill(withPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

withBrowser('a user signs in, uses the application, signs out and is asked again', async () => {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));

  await page.goto(`${origin}/orders?sort=date`);
  assert.is(await page.title(), 'Sign in');
  assert.is(new URL(page.url()).hostname, '127.0.0.1', 'the token service, not the application');
  await signIn(page, user, 'wrong');
  assert.match((await page.getByRole('alert').textContent()) ?? '', /wrong/);
  await signIn(page, user, password);
  await page.waitForURL(`${origin}/**`);
  await untilServed(page);
  assert.is(page.url(), `${origin}/orders?sort=date`, 'the page first asked for');
  assert.match((await page.textContent('body')) ?? '', new RegExp(`Orders of ${user}`));

  const cookies = await context.cookies(origin);
  const session = cookies.find(({ name }) => name === '__Host-holdfast-orders');
  assert.ok(session?.secure && session.httpOnly, JSON.stringify(cookies.map(({ name }) => name)));
  assert.is(cookies.length, 1, 'the sign-in state is gone');

  await page.getByRole('link', { name: 'Start' }).click();
  await page.waitForURL(`${origin}/`);
  assert.is(await page.textContent('#user'), user);
  assert.not.match((await page.textContent('table')) ?? '', /__Host-holdfast/, 'the application never sees our cookie');

  await page.getByRole('link', { name: 'Live' }).click();
  await page.waitForFunction("Number(document.getElementById('count').textContent) >= 2");
  assert.is(await page.textContent('#state'), 'open');

  await page.goto('about:blank');
  const signOut = JSON.stringify(`${origin}/.holdfast/sign-out`);
  await page.evaluate(
    `new Promise((done) => { const image = new Image(); image.onload = image.onerror = done; image.src = ${signOut}; })`,
  );
  await page.goto(`${origin}/orders`);
  assert.match((await page.textContent('body')) ?? '', new RegExp(`Orders of ${user}`), 'an image signs nobody out');
  await page.goto('about:blank');
  await page.setContent(`<a href="${origin}/.holdfast/sign-out">free gift</a>`);
  await page.getByRole('link').click();
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  assert.is(await page.title(), 'Sign in', 'the form signs out');
  await signIn(page, user, password);
  await page.waitForURL(`${origin}/`);

  await page.goto(`${origin}/.holdfast/sign-out`);
  assert.is(await page.title(), 'Sign in', 'asked again although the token service remembers the user');
  await page.goto(`${origin}/orders`);
  assert.is(await page.title(), 'Sign in');
  await context.addCookies([{ ...session, name: session.name, value: session.value }]);
  await page.goto(`${origin}/orders`);
  assert.is(await page.title(), 'Sign in', 'the cookie of before is worth nothing any more');

  await signIn(page, user, password);
  await page.waitForURL(`${origin}/orders`);
  assert.match((await page.textContent('body')) ?? '', new RegExp(`Orders of ${user}`));
  assert.equal(errors, []);
  await page.close();
});

test.run();
