import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../reports/page/report.ts';
import { hostileStrings, poisoned } from './poison.ts';
import { sampleLive, sampleSweep } from './sample-result.ts';

const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
const test = suite('browser');
let browser: Browser;
let folder: string;

/** Without a browser every test here is skipped, aloud. */
const withBrowser = existsSync(executablePath) ? test : test.skip;
if (existsSync(executablePath)) {
  test.before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-report-'));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  test.after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
} else console.log(`skipped: no chromium at ${executablePath}; the report was not opened in a browser`);

/** Opens a page from file:// and collects everything it says and asks for. */
async function open(
  name: string,
  html: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; heard: string[] }> {
  const file = path.join(folder, `${name}.html`);
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1160, height: 900 }, ...options });
  const page = await context.newPage();
  const heard: string[] = [];
  const address = pathToFileURL(file).href;
  page.on('console', (message) => heard.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    heard.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address && request.url() !== 'data:,') heard.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, heard };
}

test('what the browser must not need: no address and no second script in the file', () => {
  const page = renderReport(sampleSweep());
  assert.not.match(page, /\b(?:src|href)="(?!data:,")/);
  assert.is(page.split('<script').length, 2);
});

/** Runs in the page; text only, since this project's types know no DOM. */
const overlaps = `(() => {
  const found = [];
  for (const svg of document.querySelectorAll('figure .scroll > svg')) {
    const edge = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map((t) => ({ words: t.textContent, r: t.getBoundingClientRect() }));
    for (const { words, r } of texts) {
      if (r.left < edge.left - 1 || r.right > edge.right + 1 || r.top < edge.top - 1 || r.bottom > edge.bottom + 1) found.push('clipped: ' + words);
    }
    texts.forEach((a, i) => {
      for (const b of texts.slice(i + 1)) {
        if (a.r.left < b.r.right - 1 && b.r.left < a.r.right - 1 && a.r.top < b.r.bottom - 4 && b.r.top < a.r.bottom - 4) found.push(a.words + ' over ' + b.words);
      }
    });
  }
  return found;
})()`;

withBrowser('silent, offline, and the same pixels without scripts, light and dark', async () => {
  for (const [name, result] of [
    ['sweep', sampleSweep()],
    ['live', sampleLive()],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const html = renderReport(result);
      const scripted = await open(name, html, { colorScheme });
      const plain = await open(name, html, { colorScheme, javaScriptEnabled: false });
      assert.is(await scripted.page.locator('#tip').count(), 1);
      const [a, b] = [
        await scripted.page.screenshot({ fullPage: true }),
        await plain.page.screenshot({ fullPage: true }),
      ];
      assert.ok(a.equals(b), `${name} ${colorScheme}: pixels differ without scripts`);
      assert.equal(scripted.heard, []);
      assert.equal(plain.heard, []);
      await scripted.page.context().close();
      await plain.page.context().close();
    }
  }
});

withBrowser('no label is clipped or lies over another', async () => {
  for (const result of [sampleSweep(), sampleLive()]) {
    const { page } = await open('labels', renderReport(result));
    assert.ok((await page.locator('figure .scroll > svg').count()) > 0);
    assert.equal(await page.evaluate(overlaps), []);
    await page.context().close();
  }
});

withBrowser('arrow keys walk the matrix and speak, Escape is silent', async () => {
  const { page } = await open('keys', renderReport(sampleSweep()));
  const first = page.locator('svg[data-grid] g.cell').first();
  await first.focus();
  const before = await page.locator('#tip').textContent();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const after = await page.locator('#tip').textContent();
  assert.match(before ?? '', /^1 site × 1 connector per site \(documented\)/);
  assert.match(after ?? '', /^2 sites × 2 connectors per site \(documented\)/);
  await page.keyboard.press('Escape');
  assert.is(await page.locator('#tip').textContent(), '');
  await page.context().close();
});

withBrowser('hostile names execute nothing', async () => {
  const html = renderReport(poisoned(sampleSweep(), hostileStrings.join(' ')), { replay: hostileStrings.join('') });
  const { page, heard } = await open('hostile', html);
  assert.is(await page.evaluate('document.scripts.length'), 1);
  assert.is(
    await page.evaluate("document.querySelectorAll('img,iframe,object,embed,a,form,[onload],[onerror]').length"),
    0,
  );
  assert.equal(heard, []);
  await page.context().close();
});

/** Elements that end right of the page. */
const beyond = `[...document.querySelectorAll('table,svg')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.tagName + e.getAttribute('class'))`;

withBrowser('on A4 every table and drawing fits the paper, whatever is opened', async () => {
  for (const result of [sampleSweep(), sampleLive()]) {
    const { page } = await open('print', renderReport(result), { viewport: { width: 700, height: 1000 } });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    assert.equal(await page.evaluate(beyond), []);
    await page.context().close();
  }
});

withBrowser(
  'on a phone the verdict of every objective is in view, and what scrolls can be reached and is named',
  async () => {
    const { page } = await open('phone', renderReport(sampleLive()), { viewport: { width: 375, height: 800 } });
    for (const word of await page.locator('.objectives .word').all()) {
      const box = await word.boundingBox();
      assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 375, JSON.stringify(box));
    }
    const unreachable = `[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth && !(e.tabIndex === 0 && e.getAttribute('role') === 'region' && e.getAttribute('aria-label'))).length`;
    assert.is(await page.evaluate(unreachable), 0);
    await page.context().close();
  },
);

withBrowser('a narrow screen scrolls inside the charts, never the page', async () => {
  const { page } = await open('narrow', renderReport(sampleSweep()), { viewport: { width: 390, height: 800 } });
  assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 390);
  await page.context().close();
});

test.run();
