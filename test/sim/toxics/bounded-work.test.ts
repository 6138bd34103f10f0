import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ignoredFields } from '../../../sim/toxics/control/ignored-fields.ts';
import { firstValue } from '../../../sim/toxics/control/json-body.ts';
import { DEEPEST_NESTING } from '../../../sim/toxics/control/json-reader.ts';
import { toxicFields, toxicFromBody } from '../../../sim/toxics/control/toxic-body.ts';
import type { Toxic } from '../../../sim/toxics/toxic.ts';
import { MOST_REMEMBERED, MOST_TOXICS, ToxicChain } from '../../../sim/toxics/toxic-chain.ts';
import { Bench } from './rows.ts';
import { afterwards, closeAll } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

test('a name is found without looking at the other toxics', () => {
  let looks = 0;
  const chain = new ToxicChain();
  for (let i = 0; i < 100; i++) {
    const toxic = {
      direction: 'upstream',
      get name(): string {
        looks += 1;
        return `t${i}`;
      },
    };
    chain.add(toxic as Toxic);
  }
  looks = 0;
  assert.ok(chain.find('t99') !== undefined && chain.find('none') === undefined);
  assert.is(looks, 0);
});

test('a bound of names is remembered; one that was forgotten goes on above all its uses', () => {
  const chain = new ToxicChain();
  const use = (name: string): number => {
    const generation = chain.nextGeneration(name);
    const toxic = { direction: 'upstream', name } as Toxic;
    chain.add(toxic);
    chain.remove(toxic);
    return generation;
  };
  const kept = { direction: 'upstream', name: 'kept' } as Toxic;
  chain.add(kept);
  assert.equal([use('often'), use('often'), use('often')], [1, 2, 3]);
  for (let i = 0; i < MOST_REMEMBERED - 2; i++) assert.is(use(`n${i}`), 1);
  assert.is(chain.nextGeneration('often'), 4, 'nothing is forgotten yet');
  assert.is(use('one too many'), 1);
  assert.is(use('often'), 4);
  assert.is(chain.nextGeneration('n0'), 4, 'forgotten for it');
  assert.is(chain.nextGeneration('new'), 4, 'nobody knows whether it is new');
  chain.remove(kept);
  assert.is(chain.nextGeneration('kept'), 2, 'a name in use is never forgotten');
});

test('the keys of a toxic are gone through once', () => {
  let rounds = 0;
  const counted = (fields: object): object =>
    new Proxy(fields, {
      ownKeys(of) {
        rounds += 1;
        return Reflect.ownKeys(of);
      },
    });
  const given = toxicFields(counted({ type: 'latency', colour: 1, attributes: counted({ latency: 5, size: 2 }) }));
  const toxic = toxicFromBody(given, new ToxicChain());
  assert.match(ignoredFields(given, toxic.definition).join(', '), /colour, attributes\.size/);
  assert.is(rounds, 2);
});

test('a proxy takes 1,000 toxics, in whatever way they come', async () => {
  const t = await bench();
  const toxics = Array.from({ length: MOST_TOXICS }, (_, i) => ({ type: 'noop', name: `t${i}` }));
  const made = await t.proxy(undefined, { toxics });
  await t.fails(400, `a proxy takes at most ${MOST_TOXICS} toxics`, 'POST', `${made.path}/toxics`, { type: 'noop' });
  await t.ok(204, 'DELETE', `${made.path}/toxics/t7`);
  await t.ok(200, 'POST', `${made.path}/toxics`, { type: 'noop', name: 't7' });
  const tooMany = { name: t.name(), listen: '127.0.0.1:0', upstream: '127.0.0.1:9', toxics: [...toxics, {}] };
  await t.fails(400, `a proxy takes at most ${MOST_TOXICS} toxics`, 'POST', '/proxies', tooMany);
});

test('a body is at most 1 MiB and nested 1,000 deep', async () => {
  const t = await bench();
  await t.ok(413, 'POST', '/proxies', ' '.repeat(1024 * 1024 + 1));
  await t.fails(400, 'bad request body: exceeded max depth', 'POST', '/proxies', '['.repeat(1024 * 1024));
  assert.throws(() => firstValue('['.repeat(DEEPEST_NESTING + 2)), /exceeded max depth/);
  const deep = firstValue('['.repeat(DEEPEST_NESTING) + ']'.repeat(DEEPEST_NESTING));
  assert.ok(Array.isArray(deep));
});

test('the first JSON value is read as Go reads it', () => {
  const plain = (text: string): unknown => JSON.parse(JSON.stringify(firstValue(text)));
  assert.equal(plain('\t\r\n {"a":[1,-0,"\\u00e9\\"\\\\",true,null]} trailing {'), { a: [1, 0, 'é"\\', true, null] });
  assert.equal(plain('{"a":1,"a":2,"a":null}'), { a: 2 });
  for (const bad of [
    '\ufeff{}',
    '\u00a0{}',
    '{a:1}',
    '{"a":01}',
    '[1,]',
    '{"a":1,}',
    '"\n"',
    '"\\x"',
    '{"a" 1}',
    'nul',
  ]) {
    assert.throws(() => firstValue(bad), /bad request body/, bad);
  }
  for (const cut of ['{', '{"a"', '{"a":', '{"a":1', '[1', '[', '"abc', '"abc\\"']) {
    assert.throws(() => firstValue(cut), /unexpected EOF/, cut);
  }
});

test.run();
