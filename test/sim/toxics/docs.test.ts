import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGeneratedParts } from '../../../sim/toxics/documentation.ts';
import { TOXIC_TYPES } from '../../../sim/toxics/registry.ts';
import { Toxic } from '../../../sim/toxics/toxic.ts';
import type { ToxicType } from '../../../sim/toxics/toxic-type.ts';
import { ScriptedLink } from './scripted-link.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const docs = path.resolve(here, '../../../../docs');
const adding = readFileSync(path.join(docs, 'adding-a-toxic.md'), 'utf8');

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

test('the toxic of adding-a-toxic.md does what its page asks of it', async () => {
  const block = /```ts\n([\s\S]*?)```/.exec(adding)?.[1];
  assert.ok(block);
  const file = path.join(here, `shout-${process.pid}.mjs`);
  writeFileSync(file, block.replaceAll("'../", "'../../../sim/toxics/").replaceAll(".ts'", ".js'"));
  try {
    const { shout } = (await import(file)) as { shout: ToxicType };
    const scripted = new ScriptedLink();
    const settings = { toxicity: 1, attributes: { every: 2 } };
    const facts = { stream: 'downstream', direction: 'downstream', generation: 1, settings } as const;
    scripted.link.add(new Toxic({ name: 'shout', definition: shout, ...facts }));
    const sent = Buffer.from('abc');
    for (const text of ['abc', 'ABC', 'def']) scripted.link.push(Buffer.from(text));
    assert.not.match(scripted.log(), 'hit', 'what passes as it was is no hit');
    scripted.link.push(sent);
    scripted.link.end('fin');
    assert.is(scripted.bytes.toString(), 'abcABCdefABC');
    assert.is(sent.toString(), 'abc', 'what was handed in is left alone');
    assert.match(scripted.log(), 'hit shout');
    assert.is(shout.destructive, true, 'it changes bytes');
  } finally {
    rmSync(file);
  }
});

test('adding-a-toxic.md names all that a type may have and use, and the tables of tests it belongs into', () => {
  const source = readFileSync(path.join(docs, '../sim/toxics/toxic-type.ts'), 'utf8');
  const members = [...source.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, name]) => name ?? '');
  for (const name of ['chunk', 'discarded', 'shared', 'hit', 'check', 'admit']) assert.ok(members.includes(name), name);
  for (const name of members) assert.match(adding, new RegExp(`\\b${name}\\b`));
  for (const [file, table] of [
    ['scripted', 'GENTLE_BODIES'],
    ['integrity', 'SETTINGS'],
    ['integrity', 'OPENINGS'],
    ['hits', 'table'],
  ] as const) {
    assert.match(adding, `${table}`);
    assert.match(adding, `${file}.test.ts`);
    const test = readFileSync(path.join(docs, `../test/sim/toxics/${file}.test.ts`), 'utf8');
    assert.match(test, new RegExp(`const ${table}\\b`));
  }
});

test('every summary is a sentence, every attribute says what it means', () => {
  for (const { type, summary, attributes } of TOXIC_TYPES) {
    assert.match(summary, /^[A-Z].*\.$/s, type);
    for (const [name, spec] of Object.entries(attributes)) assert.match(spec.doc, /\.$/, `${type}.${name}`);
  }
});

test.run();
