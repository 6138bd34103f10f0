import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { foldedPath } from '../../../proxy/policy/folded-path.ts';

test('dots and blanks at the end of a segment are gone, those inside stay', () => {
  const table: [string, string | undefined][] = [
    ['/Admin. ./X', '/admin/x'],
    ['/a.b c/.x/', '/a.b c/.x/'],
    ['/a\u3000/b', '/a/b'],
    ['/a;p=1. /b:s.', '/a/b'],
    ['/ /;x/', '/'],
    ['/../a', undefined],
    ['/. ./a', undefined],
  ];
  for (const [path, folded] of table) assert.is(foldedPath(path), folded, path);
});

test('a million dots are read once', () => {
  // with a step for each pair of dots this runs into the deadline of a test file
  const dots = '.'.repeat(1_000_000);
  assert.is(foldedPath(`/${dots}x`), `/${dots}x`);
  assert.is(foldedPath(`/x${dots}`), '/x');
});

test.run();
