import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HoldfastError } from '../../../proxy/host/errors.ts';
import { enrol } from '../../../proxy/node/certificates/enrol.ts';
import { startTokenServiceRole } from '../../../proxy/node/identity/token-role.ts';
import { listenOn } from '../../../proxy/node/listen-on.ts';
import { startConnectorRole } from '../../../proxy/node/roles/connector.ts';
import type { RunningRole } from '../../../proxy/node/roles/run-role.ts';
import { startServiceRole } from '../../../proxy/node/roles/service.ts';
import { testCertificates } from './certificates.ts';

const certificates = await testCertificates();
const { listener, dialler } = certificates;
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-unusable-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const garbage = file('garbage.pem', 'this is no certificate\n');

const refused = (work: Promise<unknown>): Promise<HoldfastError> =>
  work.then(
    async (role) => {
      await (role as Partial<RunningRole> | undefined)?.stop?.();
      return assert.unreachable('it went well') as never;
    },
    (error) => error,
  );

/** The code, and that message and hint say all of this. */
function says(error: HoldfastError, code: string, ...texts: readonly string[]): void {
  assert.is(error.code, code, error.stack);
  for (const text of texts) assert.ok(`${error.message}\n${error.hint}`.includes(text), `${text}: ${error.message}`);
}

const service = (more: object = {}) =>
  startServiceRole({
    instanceId: 'service/1',
    applications: [
      { id: 'a', externalHost: 'a', internalUrl: 'http://a/', group: 'g', preAuthentication: 'pass-through' },
    ],
    connectors: [{ id: 'connector/paris/1', group: 'g' }],
    logLevel: 'error',
    front: { host: '127.0.0.1', port: 0 },
    tunnelTls: listener,
    ...more,
  });
const connector = (more: object) =>
  startConnectorRole({
    connectorId: 'connector/paris/1',
    instances: ['127.0.0.1:1'],
    allowedInternalUrls: ['http://a/'],
    logLevel: 'error',
    ...more,
  });
const token = (more: object) =>
  startTokenServiceRole({ port: 0, redirectUris: ['https://a/.holdfast/callback'], ...more });

test('a certificate that is none is named with its file and the reason, whoever needs it', async () => {
  const tls = { ...listener, cert: garbage };
  says(await refused(service({ tunnelTls: tls })), 'ERR_CERTIFICATE', 'tunnel certificate', garbage, 'no start line');
  const front = { front: { host: '127.0.0.1', port: 0, tls: { cert: garbage, key: listener.key } } };
  says(await refused(service(front)), 'ERR_CERTIFICATE', 'front certificate', garbage);
  says(await refused(connector({ tls: { ...dialler, key: garbage } })), 'ERR_CERTIFICATE', 'connector key', garbage);
  const signIn = token({ tls: { cert: garbage, key: listener.key } });
  says(await refused(signIn), 'ERR_CERTIFICATE', 'token service certificate', garbage, 'no start line');
});

test('a key of another certificate, and an authority that is none, are found before anybody dials', async () => {
  const mixed = await refused(service({ tunnelTls: { ...listener, key: dialler.key } }));
  says(mixed, 'ERR_CERTIFICATE', 'tunnel key', 'given in the configuration itself', 'does not belong to');
  says(await refused(connector({ tls: { ...dialler, ca: garbage } })), 'ERR_CERTIFICATE', 'authority of the', garbage);
});

test('a store that cannot be a file, or is damaged, is named', async () => {
  const plain = file('plain', '');
  for (const storeFile of [folder, path.join(plain, 'store')]) {
    says(await refused(service({ storeFile })), 'ERR_STORE_FILE', storeFile, 'storeFile names a file');
  }
  const broken = file('store', 'rubbish\n["a","1"]\n');
  says(await refused(service({ storeFile: broken })), 'ERR_STORE_BROKEN', `line 1 of the store ${broken}`);
});

test('a damaged identity of a connector says what to do, and no token is spent for a folder that is none', async () => {
  const kept = path.join(folder, 'identity');
  mkdirSync(kept);
  const ca = file('ca.pem', certificates.authority.cert);
  const enrolment = { url: 'https://127.0.0.1:1/', ca, token: 'token' };
  for (const text of ['', '{"cert":1}', JSON.stringify({ ...dialler, key: listener.key })]) {
    const damaged = file('identity/identity.json', text);
    says(
      await refused(connector({ enrolment: { ...enrolment, folder: kept } })),
      'ERR_IDENTITY_FILE',
      damaged,
      'delete it and put a new one-time token',
    );
  }
  const below = path.join(ca, 'identity');
  says(await refused(connector({ enrolment: { ...enrolment, folder: below } })), 'ERR_FILE', below);
});

test('signing keys that can be neither read nor made are named', async () => {
  says(await refused(token({ keysFile: folder })), 'ERR_KEYS_FILE', 'cannot be read', 'keysFile names a file');
  const missing = path.join(folder, 'nowhere', 'keys.json');
  says(await refused(token({ keysFile: missing })), 'ERR_KEYS_FILE', 'cannot be made', missing);
});

test('an enrolment that never reached an endpoint asks for no new token; one that reached another thing says where', async () => {
  const asked = { ca: certificates.authority.cert, token: 'token', connectorId: 'connector/paris/1' };
  const nobody = await refused(enrol({ ...asked, url: 'https://127.0.0.1:1/' }));
  says(nobody, 'ERR_ENROL', 'https://127.0.0.1:1/', 'ECONNREFUSED', 'the token can be used again');
  assert.not.match(nobody.hint ?? '', 'make a new one');
  const other = createServer();
  await listenOn(other, '127.0.0.1', 0);
  try {
    const { port } = other.address() as AddressInfo;
    const plain = await refused(enrol({ ...asked, url: `https://127.0.0.1:${port}/` }));
    says(plain, 'ERR_ENROL', `https://127.0.0.1:${port}/`);
    assert.not.match(plain.hint ?? '', 'A token works once');
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

test('a host that is not this machine’s has a hint', async () => {
  const error = await refused(listenOn(createServer(), 'unknown.invalid', 0));
  says(error, 'ERR_LISTEN', 'unknown.invalid', 'must be an address of this machine');
});

test.run();
