import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseToxicsOptions } from '../../../sim/toxics/options.ts';
import { closeAll, startEcho } from './sockets.ts';
import { command } from './target.ts';

test.after.each(closeAll);

test('a wrong command line: exit code 2, all problems at once, and the usage', async () => {
  const run = command('embedded', ['-prot', '1', '-port=70000', '-seed']);
  assert.is(await run?.exit(), 2);
  await run?.printed(/not defined: -prot/);
  await run?.printed(/invalid value "70000"/);
  await run?.printed(/needs an argument: -seed/);
  await run?.printed(/Usage: holdfast toxics/);
});

test('a port that is taken: exit code 2, a log line, and what to do', async () => {
  const taken = await startEcho();
  const run = command('embedded', ['-host', '127.0.0.1', '-port', String(taken.port)]);
  assert.is(await run?.exit(), 2);
  await run?.printed(/Server finished with error.*EADDRINUSE|EADDRINUSE.*Server finished with error/);
  await run?.printed(new RegExp(`another process holds 127\\.0\\.0\\.1:${taken.port}`));
  await run?.printed(/-port N.*-port 0/);
});

test('a host that is not this machine’s: exit code 2 and what to do, whatever is logged', async () => {
  const run = command('embedded', ['-host', 'unknown.invalid', '-port', '0']);
  assert.is(await run?.exit(), 2);
  await run?.printed(/cannot listen on unknown\.invalid:0/);
  await run?.printed(/hint: give -host an address of this machine/);
});

test('-help: exit code 0 and every option', async () => {
  const run = command('embedded', ['--help']);
  assert.is(await run?.exit(), 0);
  for (const name of ['host', 'port', 'config', 'seed', 'runtime-metrics', 'proxy-metrics', 'version']) {
    await run?.printed(new RegExp(`-${name}`));
  }
});

test('values may hold an equals sign or begin with a dash; flags take =false', () => {
  assert.is(parseToxicsOptions(['-seed', '-7']).seed, '-7');
  assert.is(parseToxicsOptions(['-config=a=b.json']).config, 'a=b.json');
  assert.is(parseToxicsOptions(['--proxy-metrics=false']).proxyMetrics, false);
  assert.equal(parseToxicsOptions(['-allow-host', 'a', '-allow-host=b']).allowHosts, ['a', 'b']);
});

test.run();
