import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdfast, scenario, temporaryFolder } from './holdfast.ts';
import { refused } from './refused.ts';

const home = temporaryFolder();
const good = scenario('met.yaml');

const usage: ReadonlyArray<readonly [name: string, args: readonly string[], says: ReadonlyArray<string | RegExp>]> = [
  ['no command', [], [/Usage: holdfast/]],
  ['an unknown command', ['rnu', good], ["unknown command 'rnu'", 'Did you mean run?']],
  ['an unknown option', ['run', good, '--enigne', 'live'], ["unknown option '--enigne'", 'Did you mean --engine?']],
  ['no file', ['run'], ["missing required argument 'file'"]],
  ['an engine that is none', ['run', good, '--engine', 'quantum'], ['ERR_USAGE', 'virtual, live']],
  ['no number of workers', ['run', good, '--workers', 'many'], ['ERR_USAGE', 'a whole number from 1 to 256']],
  ['zero workers for a gate', ['gate', good, '--workers', '0'], ['ERR_USAGE']],
  ['an empty seed', ['run', good, '--seed', ''], ['ERR_USAGE', 'any text']],
  ['a Toxiproxy in virtual time', ['run', good, '--toxiproxy', 'http://localhost:1'], ['add --engine live']],
  ['a Toxiproxy that is no URL', ['run', good, '--engine', 'live', '--toxiproxy', 'here'], ['http://localhost:8474']],
  ['a form that is none', ['explain', good, '--as', 'poem'], ['prose, json, yaml']],
  ['a schema that is none', ['schema', 'everything'], ['scenario, result']],
  ['a baseline update without a file', ['gate', good, '--update-baseline'], ['add --baseline FILE']],
  ['a way to be inconclusive that is none', ['gate', good, '--on-inconclusive', 'shrug'], ['fail, warn']],
  ['a missing scenario', ['run', 'nowhere.yaml'], ['ERR_SCENARIO_FILE', 'nowhere.yaml']],
  ['a missing TypeScript scenario', ['run', 'nowhere.ts'], ['ERR_SCENARIO_FILE', 'nowhere.ts']],
  ['a folder for a scenario', ['run', '.'], ['scenarios end in .yaml']],
  ['a missing folder for a gate', ['gate', 'nowhere'], ['nowhere does not exist']],
  ['a missing role configuration', ['service', '--config', 'nowhere.json'], ['ERR_CONFIG', 'nowhere.json']],
  ['a missing token service configuration', ['token-service', '--config', 'nowhere.json'], ['ERR_CONFIG']],
  ['a role without configuration', ['backend'], ["required option '--config <file>'"]],
];
for (const [name, args, says] of usage) {
  test(name, async () => {
    await refused(home, args, says);
    assert.not.ok(existsSync(path.join(home, 'out')), 'nothing is left behind');
  });
}

test('an output folder that cannot be one is found before anything runs', async () => {
  writeFileSync(path.join(home, 'file'), '');
  await refused(home, ['run', good, '--out', 'file'], ['ERR_FILE_OUT', '--out']);
  await refused(home, ['gate', good, '--out', 'file'], ['ERR_FILE_OUT', '--out']);
});

test('a role whose port is taken says which, exit 2, and ends', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    writeFileSync(path.join(home, 'backend.json'), JSON.stringify({ host: '127.0.0.1', port, responseBytes: 10 }));
    await refused(home, ['backend', '--config', 'backend.json'], [/port/i, String(port)]);
    const toxics = await holdfast(['toxics', '-host', '127.0.0.1', '-port', String(port)]);
    assert.is.not(toxics.code, 0);
    assert.match(toxics.stdout + toxics.stderr, 'EADDRINUSE');
  } finally {
    server.close();
  }
});

test('a role configuration with several problems names all of them', async () => {
  writeFileSync(path.join(home, 'wrong.json'), JSON.stringify({ host: 5, port: 'x' }));
  await refused(home, ['backend', '--config', 'wrong.json'], ['host', 'port', 'ERR_CONFIG']);
  await refused(home, ['connector', '--config', 'wrong.json'], ['ERR_CONFIG']);
  await refused(home, ['service', '--config', 'wrong.json'], ['ERR_CONFIG']);
  await refused(home, ['token-service', '--config', 'wrong.json'], ['ERR_CONFIG']);
});

test('what a role cannot use is bad input, whatever its code: a certificate, a folder for a file, another machine’s host', async () => {
  const write = (name: string, text: string): void => writeFileSync(path.join(home, name), text);
  const tls = { cert: 'garbage.pem', key: 'garbage.pem', ca: 'garbage.pem' };
  write('garbage.pem', 'this is no certificate\n');
  write(
    'connector.json',
    JSON.stringify({ connectorId: 'c', instances: ['127.0.0.1:1'], allowedInternalUrls: ['http://a/'], tls }),
  );
  await refused(home, ['connector', '--config', 'connector.json'], ['ERR_CERTIFICATE', 'garbage.pem']);
  write('token.json', JSON.stringify({ port: 0, redirectUris: ['https://a/'], keysFile: '.' }));
  await refused(home, ['token-service', '--config', 'token.json'], ['ERR_KEYS_FILE']);
  write('elsewhere.json', JSON.stringify({ host: 'unknown.invalid', port: 0, responseBytes: 10 }));
  await refused(home, ['backend', '--config', 'elsewhere.json'], ['ERR_LISTEN', 'unknown.invalid']);
});

test('nothing was left in the folder but what this test wrote', () => {
  mkdirSync(home, { recursive: true });
  const own = ['backend.json', 'connector.json', 'elsewhere.json', 'file', 'garbage.pem', 'token.json', 'wrong.json'];
  assert.equal(readdirSync(home).sort(), own);
});

test.run();
