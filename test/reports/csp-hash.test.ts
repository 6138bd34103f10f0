import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scriptHash, styleHash } from '../../reports/page/hashes.ts';
import { script } from '../../reports/page/script.ts';
import { style } from '../../reports/page/style.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

test('the policy names the style sheet and the script that are in the page (UPDATE_GOLDEN=1, then build again)', () => {
  const { UPDATE_GOLDEN: update } = process.env;
  if (update === '1') {
    const text = `/** SHA-256 of the style sheet and of the script, base64, for the content security policy. A test keeps them true. */
export const styleHash = '${sha256(style)}';
export const scriptHash = '${sha256(script)}';
`;
    writeFileSync('reports/page/hashes.ts', text);
    return;
  }
  assert.is(styleHash, sha256(style));
  assert.is(scriptHash, sha256(script));
});

test('neither can end its own element', () => {
  assert.not.match(style, /<\/style/i);
  assert.not.match(script, /<\/script|<!--/i);
});

test.run();
