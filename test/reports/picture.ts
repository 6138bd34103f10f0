/**
 * Makes the README's picture from a real result: the top of report.html as a reader sees it, with everything up to the
 * curves. Needs chromium.
 *
 * usage: node dist/test/reports/picture.js out/connector-crash docs/report.png [--dark]
 * The folder holds result.json and, if there is one, plan.json.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { renderReport } from '../../reports/index.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { RunResult } from '../../sim/store/result.ts';

const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
const [folder, target, ...flags] = process.argv.slice(2);
if (folder === undefined || target === undefined)
  throw new Error('usage: picture.js RESULT_FOLDER TARGET.png [--dark]');

const read = <T>(name: string): T => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as T;
const result = read<RunResult>('result.json');
const plans = existsSync(path.join(folder, 'plan.json')) ? read<{ plans: Plan[] }>('plan.json').plans : [];
const temporary = mkdtempSync(path.join(os.tmpdir(), 'holdfast-picture-'));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const file = path.join(temporary, 'report.html');
  writeFileSync(file, renderReport(result, { replay: `holdfast replay ${folder}`, plans }));
  const page = await browser.newPage({
    viewport: { width: 1160, height: 900 },
    colorScheme: flags.includes('--dark') ? 'dark' : 'light',
  });
  await page.goto(pathToFileURL(file).href);
  const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const until = await page.locator('#time, #why').first().boundingBox();
  const height = Math.min(whole, Math.round(until?.y ?? whole), 2_200);
  mkdirSync(path.dirname(target), { recursive: true });
  await page.screenshot({ path: target, fullPage: true, clip: { x: 0, y: 0, width: 1160, height } });
  console.log(`${target}  1160 × ${height}`);
} finally {
  await browser.close();
  rmSync(temporary, { recursive: true, force: true });
}
