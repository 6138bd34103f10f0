import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fieldName } from '../../../proxy/host/field-names.ts';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const nameOf = (text: string): string | undefined => fieldName(bytesOf(text), 0, text.length);

/** Names that fall on few places: same length, same bytes where they are looked at. */
const alike = fc
  .tuple(fc.constantFrom('a', 'b', 'C', '-', ' ', '\n'), fc.constantFrom('x', 'Y', '\0'))
  .map(([first, second]) => `x${first}${second}xxxxxx`);
const texts = fc.oneof(
  alike,
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => text.replace(/[^\0-\xff]/g, '?')),
  fc.stringMatching(/^[A-Za-z-]{1,80}$/),
  fc.constantFrom('Content-Type', 'content-type', 'Sec-Fetch-Site', 'Sec-Fetch-Mode', ''),
);

test('a name is the text of its bytes, in any order of names asked; what is no token is none', () => {
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 30 }), fc.nat(5), (names, before) => {
      for (const name of names) {
        const bytes = bytesOf(`${'\0'.repeat(before) + name}\n`);
        assert.is(fieldName(bytes, before, name.length), token.test(name) ? name : undefined);
      }
    }),
    { numRuns: 500 },
  );
});

test('the bytes may be used again: a known name does not change with them', () => {
  const bytes = Buffer.from('X-Kept-Name');
  assert.is(fieldName(bytes, 0, bytes.length), 'X-Kept-Name');
  bytes.write('X-Kept-Game');
  assert.is(fieldName(bytes, 0, bytes.length), 'X-Kept-Game');
  assert.is(nameOf('X-Kept-Name'), 'X-Kept-Name');
});

test('names of every length, the longest a head may carry among them', () => {
  for (const length of [1, 2, 3, 63, 64, 65, 4096, 65_535]) {
    assert.is(nameOf('n'.repeat(length)), 'n'.repeat(length));
    assert.is(nameOf(`${'n'.repeat(length - 1)} `), undefined);
  }
});

test.run();
