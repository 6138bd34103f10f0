import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sharesToxiproxy } from './shared-toxiproxy.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

test('every file that asks for the real Toxiproxy waits for the others where all share one', () => {
  const asking = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name))
    .filter((file) => /\b(?:registerRows|real)\(\)/.test(readFileSync(path.join(root, file), 'utf8')));
  assert.ok(asking.length > 5, String(asking));
  for (const file of asking) assert.is(sharesToxiproxy(file, 'http://127.0.0.1:8474'), true, file);
});

test('where each has a server of its own, and for other files, nothing waits', () => {
  assert.is(sharesToxiproxy('test/sim/toxics/rows-wire.test.ts', undefined), false);
  assert.is(sharesToxiproxy('test/sim/toxics/rows-wire.test.ts', ''), false);
  assert.is(sharesToxiproxy('test/sim/toxics/races.test.ts', 'http://127.0.0.1:8474'), false);
});

test.run();
