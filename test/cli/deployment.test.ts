import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePortRow } from '../free-port.ts';
import { holdfast, type Running, start, temporaryFolder } from './holdfast.ts';

const folder = temporaryFolder();
const place = path.join(folder, 'a proxy');
const running: Running[] = [];
test.after(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGTERM');
    await ended;
  }
});

/** The commands a deployment prints, as arguments. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/^ {2}holdfast (\S+) --config '(.+)'$/gm)].map(([, role = '', file = '']) => [
    role,
    '--config',
    file,
  ]);
}

test('the commands that a deployment prints start it; a connector without a certificate gets in with a new token', async () => {
  const made = await holdfast(['deployment', place, '--port', String(await freePortRow(5))]);
  assert.is(made.code, 0, made.stderr);
  const commands = commandsIn(made.stdout);
  assert.equal(
    commands.map(([role]) => role),
    ['token-service', 'backend', 'service', 'connector', 'connector'],
  );
  const [service, first] = [commands[2] as string[], commands[3] as string[]];
  const serviceFile = service[2] as string;
  const connectorFile = first[2] as string;
  // as long after its making that the token in it is no longer good
  const connector = JSON.parse(readFileSync(connectorFile, 'utf8')) as { enrolment: { token: string } };
  const token = await holdfast(['enrolment-token', 'connector/1', '--config', serviceFile]);
  assert.is(token.code, 0, token.stderr);
  assert.match(token.stdout, /^[A-Za-z0-9_-]{43}\n$/);
  assert.is.not(token.stdout.trim(), connector.enrolment.token);
  connector.enrolment.token = token.stdout.trim();
  writeFileSync(connectorFile, JSON.stringify(connector));
  for (const command of commands.slice(0, 4)) {
    const part = start(command);
    running.push(part);
    await part.says('"ready":true');
  }
  assert.ok(existsSync(path.join(place, 'identity-connector-1')), 'it has a certificate of its own');
});

test('an unknown connector, a folder in use and a port beyond the last are refused with what to do', async () => {
  const unknown = await holdfast(['enrolment-token', 'connector/9', '--config', path.join(place, 'service.json')]);
  assert.is(unknown.code, 2);
  assert.match(unknown.stderr, /lists no connector connector\/9[\s\S]*Listed are connector\/1, connector\/2/);
  const below = await holdfast(['deployment', path.join(place, 'service.json', 'x')]);
  assert.is(below.code, 2);
  assert.match(below.stderr, /cannot write to[\s\S]*Name a folder[\s\S]*ERR_FILE$/m);
  const again = await holdfast(['deployment', place]);
  assert.is(again.code, 2);
  assert.match(again.stderr, /not empty/);
  const beyond = await holdfast(['deployment', path.join(folder, 'other'), '--port', '65532']);
  assert.is(beyond.code, 2);
  assert.match(beyond.stderr, /1 to 65531/);
});

test('a deployment for a host tells what must be let through, and has no password that everybody knows', async () => {
  const elsewhere = path.join(folder, 'elsewhere');
  const hosts = ['--host', 'Proxy.Example.com', '--host', '192.0.2.7'];
  const made = await holdfast(['deployment', elsewhere, ...hosts]);
  assert.is(made.code, 0, made.stderr);
  assert.match(
    made.stdout,
    /https:\/\/proxy\.example\.com:8443\/ asks you to sign in: anna@example\.com, password \S{12}\.$/m,
  );
  assert.match(made.stdout, /users to ports 8443 and 8446, connectors to 8444 and 8445/);
  for (const wrong of ['https://proxy.example.com', 'proxy.example.com:443', '', '::1']) {
    const refused = await holdfast(['deployment', path.join(folder, 'wrong'), '--host', wrong]);
    assert.is(refused.code, 2, wrong);
    assert.match(refused.stderr, /is no host[\s\S]*without a port/);
  }
});

test.run();
