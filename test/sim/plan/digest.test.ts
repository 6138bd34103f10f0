import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalJson } from '../../../sim/plan/canonical.ts';
import { sha256 } from '../../../sim/plan/sha256.ts';

const platform = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

test('SHA-256 of the standard’s examples', () => {
  assert.is(sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.is(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('law: SHA-256 is the platform’s, at every length around a block', () => {
  for (let length = 0; length < 200; length++) assert.is(sha256('x'.repeat(length)), platform('x'.repeat(length)));
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => sha256(text) === platform(text)));
});

test('law: canonical JSON does not depend on the order of keys and reads back the same', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      const turned = Object.fromEntries(Object.entries(data).reverse());
      assert.is(canonicalJson(turned), canonicalJson(data));
      assert.equal(JSON.parse(canonicalJson(data)), JSON.parse(JSON.stringify(data)));
    }),
  );
});

test('what JSON cannot carry is refused; absent members are left out', () => {
  assert.throws(() => canonicalJson({ a: Number.NaN }), /not JSON/);
  assert.throws(() => canonicalJson({ a: () => 1 }), /not JSON/);
  assert.is(canonicalJson({ b: undefined, a: 1 }), '{"a":1}');
});

test.run();
