import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { importsOf } from './source-tree.ts';

/** Packages that a file loads before its first line runs, through all files that it loads. */
function packagesLoadedWith(entry: string): ReadonlySet<string> {
  const packages = new Set<string>();
  const files = new Set([entry]);
  for (const file of files) {
    for (const { to, typeOnly, dynamic } of importsOf(file)) {
      if (typeOnly || dynamic || to.startsWith('node:')) continue;
      if (to.endsWith('.ts')) files.add(to);
      else packages.add(to);
    }
  }
  return packages;
}

const roles = 'proxy/node/roles';

/** A role that was killed is away until it has started again, and loading modules is most of a start. */
test('a role loads the packages of its own work alone', () => {
  assert.equal([...packagesLoadedWith(`${roles}/index.ts`)], []);
  assert.equal([...packagesLoadedWith(`${roles}/connector.ts`)].sort(), ['undici', 'zod']);
  assert.equal([...packagesLoadedWith(`${roles}/service.ts`)].sort(), ['jose', 'openid-client', 'undici', 'zod']);
  assert.equal([...packagesLoadedWith(`${roles}/backend.ts`)].sort(), ['ws', 'zod']);
  assert.equal([...packagesLoadedWith('proxy/node/identity/token-role.ts')], ['zod']);
});

test('the command line loads its parser alone, the fault proxy nothing', () => {
  assert.equal([...packagesLoadedWith('sim/cli/main.ts')], ['commander']);
  assert.equal([...packagesLoadedWith('sim/toxics/command.ts')], []);
});

test('the check can fail: who enrols does load the certificate library', () => {
  assert.ok(packagesLoadedWith('proxy/node/certificates/enrol.ts').has('@peculiar/x509'));
});

test.run();
