import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGeneratedParts } from '../../../sim/toxics/documentation.ts';
import { TOXIC_TYPES } from '../../../sim/toxics/registry.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const docs = path.resolve(here, '../../../../docs');

test('docs/toxics.md is generated from the definitions that validate (UPDATE_GOLDEN=1 writes it)', () => {
  const file = path.join(docs, 'toxics.md');
  const page = readFileSync(file, 'utf8');
  const current = withGeneratedParts(page);
  const { UPDATE_GOLDEN } = process.env;
  if (UPDATE_GOLDEN === '1') writeFileSync(file, current);
  else assert.is(page, current, 'run UPDATE_GOLDEN=1 node dist/test/sim/toxics/docs.test.js');
  for (const { type } of TOXIC_TYPES) assert.ok(current.includes(`### \`${type}\``), type);
});

test('the example of five lines runs as printed', async () => {
  const page = readFileSync(path.join(docs, 'toxics.md'), 'utf8');
  const block = /```js run\n([\s\S]*?)```/.exec(page)?.[1];
  assert.ok(block);
  const file = path.join(here, `example-${process.pid}.mjs`);
  writeFileSync(file, `${block}\nexport const { listen } = proxy;\n`);
  try {
    const ran = (await import(file)) as { listen: string };
    assert.match(ran.listen, /^127\.0\.0\.1:\d+$/);
  } finally {
    rmSync(file);
  }
});

test('every summary is a sentence, every attribute says what it means', () => {
  for (const { type, summary, attributes } of TOXIC_TYPES) {
    assert.match(summary, /^[A-Z].*\.$/s, type);
    for (const [name, spec] of Object.entries(attributes)) assert.match(spec.doc, /\.$/, `${type}.${name}`);
  }
});

test.run();
