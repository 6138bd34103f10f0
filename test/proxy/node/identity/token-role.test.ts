import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const main = fileURLToPath(new URL('../role-main.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-token-'));
test.after(() => rmSync(folder, { recursive: true }));

interface Role {
  readonly child: ChildProcess;
  readonly ready: Record<string, unknown>;
  /** The next line on standard output. */
  next(): Promise<Record<string, unknown>>;
  /** Sends a command, gives the answer. */
  tell(message: unknown): Promise<Record<string, unknown>>;
  /** Exit code, once it ended. */
  end(how: 'SIGTERM' | 'stdin'): Promise<number | null>;
}

let files = 0;
async function start(config: Record<string, unknown>): Promise<Role> {
  const file = path.join(folder, `config-${files++}.json`);
  writeFileSync(file, JSON.stringify({ redirectUris: ['https://shop.contoso.com/cb'], ...config }));
  const child = spawn(process.execPath, [main, 'token-service', file, '--with-parent'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => JSON.parse((await lines.next()).value as string);
  return {
    child,
    next,
    ready: await next(),
    tell(message) {
      child.stdin?.write(`${JSON.stringify(message)}\n`);
      return next();
    },
    async end(how) {
      if (how === 'stdin') child.stdin?.end();
      else child.kill(how);
      return (await exited)[0] as number | null;
    },
  };
}

const metadataOf = (role: Role): Promise<Response> => fetch(`${role.ready['issuer']}/.well-known/openid-configuration`);

test('one ready line, commands on standard input, gone when its parent goes', async () => {
  const role = await start({});
  assert.is(role.ready['ready'], true);
  assert.ok(Number(role.ready['port']) > 0);
  const document = (await (await metadataOf(role)).json()) as Record<string, unknown>;
  assert.is(document['issuer'], role.ready['issuer']);
  assert.is((await role.tell({ errors: { rate: 1, status: 503, retryAfterS: 9 } }))['ok'], true);
  const refused = await metadataOf(role);
  assert.is(refused.status, 503);
  assert.is(refused.headers.get('retry-after'), '9');
  await refused.text();
  assert.is((await role.tell({ mode: 'slow', addedMs: 20 }))['ok'], true);
  const slowToo = await metadataOf(role);
  assert.is(slowToo.status, 503, 'slow and failing at once');
  await slowToo.text();
  assert.equal((await role.tell({ mode: 'up' }))['result'], { exchanges: 3, hits: 1, failed: 2 });
  const still = await metadataOf(role);
  assert.is(still.status, 503, 'the end of one is not that of the other');
  await still.text();
  const healed = await role.tell({ errors: null });
  assert.equal(healed['result'], { exchanges: 4, hits: 0, failed: 3 });
  assert.is((await metadataOf(role)).status, 200);
  for (const bad of [{ mode: 'none' }, { errors: { rate: 2, status: 503 } }, { mode: 'up', x: 1 }, {}]) {
    assert.match(String((await role.tell(bad))['refused']), /a token service takes/);
  }
  assert.is(await role.end('stdin'), 0);
});

test('the control port takes the same commands, JSON only; SIGTERM ends it', async () => {
  const role = await start({ controlPort: 0 });
  const control = `http://127.0.0.1:${role.ready['controlPort']}/`;
  const post = (body: string, type = 'application/json'): Promise<Response> =>
    fetch(control, { method: 'POST', body, headers: { 'content-type': type } });
  assert.is((await post('{"mode":"malformed"}')).status, 200);
  assert.is(await (await metadataOf(role)).text(), '{"issuer":"https://');
  assert.is((await post('{"mode":"up"}', 'text/plain')).status, 405);
  assert.is((await post('no')).status, 400);
  assert.is((await fetch(control)).status, 405);
  assert.is((await post('{"slow":3}')).status, 200);
  assert.is((await post('{"mode":"up"}')).status, 200);
  assert.is((await metadataOf(role)).status, 200);
  assert.is(await role.end('SIGTERM'), 0);
});

/** Resolves once the service is at its first exchange. */
async function atWork(role: Role): Promise<void> {
  for (;;) {
    const { exchanges } = (await role.tell({ mode: 'up' }))['result'] as { exchanges: number };
    if (exchanges > 0) return;
  }
}

test('SIGTERM lets the exchange that runs end, on a connection that then closes', async () => {
  const role = await start({ exchangeTimeMs: 500 });
  const running = metadataOf(role);
  await atWork(role);
  const ended = role.end('SIGTERM');
  const answer = await running;
  assert.is(answer.status, 200);
  assert.is(answer.headers.get('connection'), 'close');
  assert.is(((await answer.json()) as Record<string, unknown>)['issuer'], role.ready['issuer']);
  assert.is(await ended, 0);
});

test('a second SIGTERM cuts it', async () => {
  const role = await start({ exchangeTimeMs: 60_000 });
  const running = metadataOf(role).then(
    () => 'answered',
    () => 'cut',
  );
  await atWork(role);
  const ended = role.end('SIGTERM');
  await role.next();
  role.child.kill('SIGTERM');
  assert.is(await ended, 143);
  assert.is(await running, 'cut');
});

test('a restarted token service signs with the keys of before, if it has a file for them', async () => {
  const keysFile = path.join(folder, 'keys.json');
  const published = async (config: Record<string, unknown>): Promise<string> => {
    const role = await start(config);
    const text = await (await fetch(`${role.ready['issuer']}/jwks`)).text();
    await role.end('stdin');
    assert.not.match(text, /"d":/);
    return text;
  };
  assert.is(await published({ keysFile }), await published({ keysFile }));
  assert.is(statSync(keysFile).mode & 0o777, 0o600);
  assert.is.not(await published({}), await published({}));
});

test('a wrong configuration names every problem and exits 2', async () => {
  const file = path.join(folder, 'wrong.json');
  writeFileSync(file, JSON.stringify({ redirectUris: [], sessionLifeS: { from: 9, to: 3 }, prot: 1 }));
  const child = spawn(process.execPath, [main, 'token-service', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  assert.is(code, 2);
  for (const part of ['redirectUris', 'sessionLifeS', 'prot']) assert.match(text, part);
});

test.run();
