import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { OriginResult, RequestMessage } from '../../../proxy/host/message.ts';
import { type Credential, createAuthority, issueServer } from '../../../proxy/node/certificates/authority.ts';
import { createUndiciOrigin } from '../../../proxy/node/origin/undici-origin.ts';
import { exchange } from '../origins.ts';

const life = { lifeMs: 3_600_000 };
let authority: Credential;
test.before(async () => {
  authority = await createAuthority('authority of the backends', life);
});

/** An https backend with a certificate for `names`; answers the server name it was asked for and the Host it was sent. */
async function secureBackend(names: readonly string[]): Promise<{ server: Server; port: number }> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.end(`${(request.socket as TLSSocket & { servername?: string }).servername} ${request.headers.host}`);
  };
  const server = createServer({ ...(await issueServer(authority, names, life)) }, answer);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const request: RequestMessage = {
  method: 'GET',
  host: 'portal.example',
  target: '/',
  headers: [],
  body: undefined,
  clientAddress: '192.0.2.1',
};

/** Asks the backend with a certificate for `names` at `internalHost`, which the hosts list sends to where it listens. */
async function ask(names: readonly string[], internalHost: string): Promise<OriginResult> {
  const { server, port } = await secureBackend(names);
  const hosts = { [internalHost]: `127.0.0.1:${port}` };
  const origin = createUndiciOrigin({ ca: authority.cert, hosts });
  const result = await exchange(origin, `https://${internalHost}/`, request, new CancelSource());
  await origin.close();
  server.close();
  server.closeAllConnections();
  return result;
}

function text(result: OriginResult): string {
  assert.is(result.kind, 'answer', JSON.stringify(result));
  const data = result.kind === 'answer' ? result.response.body?.whole?.data : undefined;
  return Buffer.from(data ?? new Uint8Array()).toString();
}

test('an https backend proves the name of its internal URL, whatever Host it is sent', async () => {
  assert.is(text(await ask(['in.internal'], 'in.internal')), 'in.internal portal.example');
  assert.is(
    text(await ask(['in.internal'], 'in.internal:8443')),
    'in.internal portal.example',
    'a port is no part of it',
  );
});

for (const [words, names] of [
  ['the external name', ['portal.example']],
  ['the address it is reached at', ['127.0.0.1']],
] as const) {
  test(`unreachable: a certificate for ${words} alone`, async () => {
    const result = await ask(names, 'in.internal');
    assert.is(result.kind, 'unreachable');
    assert.match(result.kind === 'unreachable' ? result.detail : '', /ERR_TLS_CERT_ALTNAME_INVALID/);
  });
}

test('an https backend at an address proves the address, and is asked for no name', async () => {
  assert.is(text(await ask(['192.0.2.7'], '192.0.2.7')), 'false portal.example');
  assert.is(text(await ask(['2001:db8::7'], '[2001:db8::7]')), 'false portal.example');
  for (const other of ['192.0.2.8', '127.0.0.1', 'portal.example']) {
    assert.is((await ask([other], '192.0.2.7')).kind, 'unreachable', other);
  }
});

test('two internal names at one place are connections of their own, each checked', async () => {
  const { server, port } = await secureBackend(['one.internal']);
  const place = `127.0.0.1:${port}`;
  const origin = createUndiciOrigin({ ca: authority.cert, hosts: { 'one.internal': place, 'two.internal': place } });
  const kinds: string[] = [];
  for (const name of ['one', 'two', 'one', 'two']) {
    kinds.push((await exchange(origin, `https://${name}.internal/`, request, new CancelSource())).kind);
  }
  await origin.close();
  server.close();
  server.closeAllConnections();
  assert.equal(kinds, ['answer', 'unreachable', 'answer', 'unreachable']);
});

test.run();
