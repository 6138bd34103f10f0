import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { StandInCrypto } from '../../../sim/virtual/host-crypto.ts';

const crypto = new StandInCrypto('world', seededRandom('crypto'));
const other = new StandInCrypto('elsewhere', seededRandom('crypto'));

test('opens what it sealed, in text fit for cookies and URLs, and nothing that was touched', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(), fc.nat(), (text, place, change) => {
      const sealed = crypto.seal('session', 'shop', text);
      assert.match(sealed, /^[A-Za-z0-9_-]+$/);
      assert.is(crypto.open('session', 'shop', sealed), text);
      assert.is(crypto.open('state', 'shop', sealed), undefined);
      assert.is(crypto.open('session', 'other', sealed), undefined);
      assert.is(other.open('session', 'shop', sealed), undefined);
      const at = place % sealed.length;
      const letter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_!'[change % 65] as string;
      const touched = sealed.slice(0, at) + letter + sealed.slice(at + 1);
      assert.is(crypto.open('session', 'shop', touched), touched === sealed ? text : undefined);
      assert.is(crypto.open('session', 'shop', sealed.slice(0, at)), undefined);
      assert.is(crypto.open('session', 'shop', `${sealed}A`), undefined);
    }),
  );
});

test('signatures hold for one key and one text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, another) => {
      const signature = crypto.sign('key', text);
      assert.ok(crypto.verify('key', text, signature));
      assert.not.ok(crypto.verify('other', text, signature));
      assert.not.ok(other.verify('key', text, signature));
      assert.is(crypto.verify('key', another, signature), another === text);
    }),
  );
});

test('parts of a message cannot run into each other', () => {
  assert.not(crypto.seal('ab', 'c', 'd') === crypto.seal('a', 'bc', 'd'));
  assert.is(crypto.open('a', 'bc', crypto.seal('ab', 'c', 'd')), undefined);
});

test('ids do not repeat and have the length of their entropy', () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => crypto.randomId(16)));
  assert.is(ids.size, 10_000);
  for (const id of ids) assert.is(id.length, 22);
});

test.run();
