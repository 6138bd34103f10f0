import { existsSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { hasStack, holdfast } from './holdfast.ts';

/** What wrong input gives: exit 2, nothing on stdout, a message that says what to do, no stack, no results in `cwd`. */
export async function refused(
  cwd: string,
  args: readonly string[],
  says: ReadonlyArray<string | RegExp>,
): Promise<void> {
  const { code, stdout, stderr } = await holdfast(args, { cwd });
  assert.is(code, 2, `${args.join(' ')}: ${stderr}`);
  assert.is(stdout, '');
  for (const text of says) assert.match(stderr, text);
  assert.not.ok(hasStack(stderr), stderr);
  assert.not.ok(existsSync(path.join(cwd, 'out')), 'nothing is left behind');
}
