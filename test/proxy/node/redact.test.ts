import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redactFact } from '../../../proxy/node/redact.ts';

/** What a JWT looks like, as one pattern; too slow for long texts, so only here. */
const jwt = /eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;

test('law: every JWT of a text is replaced, and nothing else', () => {
  const piece = fc.constantFrom('eyJ', 'a', '_-', '.', '..', ' ', 'abcd', 'é');
  const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (given) => {
      const expected = given.length < 8 ? given : given.replace(jwt, '[redacted]');
      assert.is(redactFact('detail', given), expected);
    }),
    { numRuns: 3000 },
  );
});

test('two million characters that a JWT could begin at are read once', () => {
  // with a step for each pair of them this runs into the deadline of a test file
  const text = 'eyJ'.repeat(700_000);
  assert.is(redactFact('host', text), text);
  assert.is(redactFact('host', `${text}.b.c`), '[redacted]');
});

test.run();
