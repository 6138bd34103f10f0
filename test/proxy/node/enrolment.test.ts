import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textBody } from '../../../proxy/host/body.ts';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { createAuthority, issueClient, issueServer, signRequest } from '../../../proxy/node/certificates/authority.ts';
import { enrol, renew } from '../../../proxy/node/certificates/enrol.ts';
import { enrolmentHandler } from '../../../proxy/node/certificates/enrolment-endpoint.ts';
import { enrolmentTokens } from '../../../proxy/node/certificates/enrolment-tokens.ts';
import { writePrivate } from '../../../proxy/node/certificates/private-file.ts';
import { createRequest } from '../../../proxy/node/certificates/request.ts';
import { validity } from '../../../proxy/node/certificates/validity.ts';
import { type Front, listenFront } from '../../../proxy/node/front/listen.ts';
import { ConnectorIdentity } from '../../../proxy/node/roles/connector-identity.ts';
import { connectorSchema } from '../../../proxy/node/roles/connector-schema.ts';
import { readConfig } from '../../../proxy/node/roles/read-config.ts';
import { acceptSockets } from '../../../proxy/node/tunnel/accept.ts';
import { dialSocket } from '../../../proxy/node/tunnel/dial.ts';
import { ManualClock } from '../manual-clock.ts';
import { manualHost } from '../manual-host.ts';
import { connectProxy } from './connect-proxy.ts';
import { until } from './pass-through.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-enrol-'));
const life = { lifeMs: 3_600_000 };
const authority = await createAuthority('test authority', life);
const server = await issueServer(authority, ['127.0.0.1', 'admin.test'], life);
let now = Date.now();
const tokens = enrolmentTokens(folder, () => now);
const events: string[] = [];
let registered = (_id: string): boolean => true;
let front: Front;
let url = '';

test.before(async () => {
  front = await listenFront({
    host: '127.0.0.1',
    port: 0,
    tls: server,
    handler: enrolmentHandler({
      authority,
      tokens,
      registered: (id) => registered(id),
      now: () => now,
      log: { debugEnabled: false, event: (_level, name, facts) => events.push(`${name} ${JSON.stringify(facts)}`) },
    }),
  });
  url = `https://127.0.0.1:${front.port}/`;
});
test.after(async () => {
  await front.close();
  rmSync(folder, { recursive: true, force: true });
});

const connectorId = 'connector/paris/1';
const refusal = async (enrolling: Promise<unknown>): Promise<string> => {
  try {
    await enrolling;
    return 'enrolled';
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_ENROL');
    return (error as Error).message;
  }
};

test('token and request become a certificate that opens the tunnel', async () => {
  const token = tokens.create(connectorId);
  const credential = await enrol({ url, ca: authority.cert, token, connectorId });
  const cert = new X509Certificate(credential.cert);
  assert.is(cert.subject, `CN=${connectorId}`);
  assert.ok(cert.checkIssued(new X509Certificate(authority.cert)));
  const { from, to } = validity(credential.cert);
  assert.ok(Math.abs(to - Date.now() - 24 * 3_600_000) < 60_000 && from < Date.now());
  const settings = {
    tls: { ...server, ca: authority.cert },
    handshakeTimeoutMs: 1000,
    maxConnections: 9,
    onRefused: undefined,
  };
  let peer: string | undefined;
  const accepted = new Promise<void>((resolve) => {
    void acceptSockets('127.0.0.1:0', settings, (socket, identity) => {
      peer = identity.certificateName;
      socket.destroy();
      resolve();
    }).then(async (listener) => {
      const dialling = { timeoutMs: 1000, tls: credential, serverName: undefined, outboundProxy: undefined };
      const socket = await dialSocket(listener.address, dialling, undefined);
      socket.on('error', () => {});
      await accepted;
      socket.destroy();
      await listener.close();
    });
  });
  await accepted;
  assert.is(peer, connectorId);
});

test('a token works once', async () => {
  const token = tokens.create(connectorId);
  const both = await Promise.all([1, 2].map(() => refusal(enrol({ url, ca: authority.cert, token, connectorId }))));
  assert.is(both.filter((text) => text === 'enrolled').length, 1, both.join(' | '));
  assert.match(await refusal(enrol({ url, ca: authority.cert, token, connectorId })), /403/);
});

/** The answer to an enrolment as anybody may send it, without the connector's own code. */
async function post(token: string, csr: string): Promise<number> {
  const handler = enrolmentHandler({
    authority,
    tokens,
    registered: (id) => registered(id),
    now: () => now,
    log: { debugEnabled: false, event: () => {} },
  });
  const body = textBody(JSON.stringify({ token, csr }));
  const request = { method: 'POST', host: '', target: '/enrol', headers: [], body, clientAddress: '192.0.2.1' };
  return (await handler(request, new CancelSource())).status;
}

test('a token is spent by the enrolment that succeeds, not by one that cannot', async () => {
  const token = tokens.create(connectorId);
  const { csr } = await createRequest(connectorId);
  assert.is(await post(token, 'rubbish'), 400);
  assert.is(await post(token, csr.replaceAll('A', 'B')), 400);
  registered = () => false;
  assert.is(await post(token, csr), 403);
  registered = () => true;
  assert.equal(
    (await Promise.all([post(token, csr), post(token, csr)])).sort(),
    [200, 403],
    'of two that race one wins',
  );
  assert.is(await post(token, csr), 403);
});

test('a token expires after an hour', async () => {
  const token = tokens.create(connectorId);
  now += 3_600_000;
  assert.match(await refusal(enrol({ url, ca: authority.cert, token, connectorId })), /403/);
  now -= 3_600_000;
});

test('invented tokens and paths outside the folder are refused', async () => {
  for (const token of ['', 'x', 'A'.repeat(43), '../../etc/passwd', '\u0000'.repeat(43)]) {
    assert.match(await refusal(enrol({ url, ca: authority.cert, token, connectorId })), /40[03]/);
  }
});

test('the certificate carries the name of the token, whatever the request claims', async () => {
  const token = tokens.create('connector/paris/2');
  assert.match(await refusal(enrol({ url, ca: authority.cert, token, connectorId })), /made for connector\/paris\/2/);
  const { csr } = await createRequest('connector/paris/1, OU=admin');
  const cert = new X509Certificate(await signRequest(authority, csr, 'connector/lyon/1', life));
  assert.is(cert.subject, 'CN=connector/lyon/1');
});

test('a request whose signature does not match its key is refused', async () => {
  const { csr } = await createRequest(connectorId);
  const der = Buffer.from(csr.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  der[der.length - 4] = (der[der.length - 4] ?? 0) ^ 1;
  const bad = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  for (const text of [bad, 'rubbish', '']) {
    try {
      await signRequest(authority, text, connectorId, life);
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'ERR_CSR');
    }
  }
});

test('names with commas and equals signs stay one name', async () => {
  const { csr } = await createRequest('x');
  const name = 'connector/a,CN=connector/b';
  const cert = new X509Certificate(await signRequest(authority, csr, name, life));
  assert.is(cert.toLegacyObject().subject.CN as unknown, name);
});

test('no token is written to the log or the disk in clear; files are private', async () => {
  const token = tokens.create(connectorId);
  await refusal(enrol({ url, ca: authority.cert, token, connectorId }));
  assert.not.ok(events.join('').includes(token));
  const file = path.join(folder, 'key.pem');
  writePrivate(file, 'secret');
  assert.is(statSync(file).mode & 0o777, 0o600);
});

test('a listener of another authority gets no token', async () => {
  const other = await createAuthority('other', life);
  const token = tokens.create(connectorId);
  assert.match(await refusal(enrol({ url, ca: other.cert, token, connectorId })), /certificate|signature/i);
  assert.is(
    await refusal(enrol({ url, ca: authority.cert, token, connectorId })),
    'enrolled',
    'the token was not spent',
  );
});

test('a valid certificate is renewed with a new key, and only by who holds the old one', async () => {
  const endpoint = { url, ca: authority.cert, connectorId };
  const first = await enrol({ ...endpoint, token: tokens.create(connectorId) });
  const second = await renew(endpoint, first);
  assert.is.not(second.key, first.key);
  assert.is(new X509Certificate(second.cert).subject, `CN=${connectorId}`);
  assert.is.not(new X509Certificate(second.cert).serialNumber, new X509Certificate(first.cert).serialNumber);
  const third = await renew(endpoint, second);
  assert.match(await refusal(renew(endpoint, { cert: third.cert, key: first.key })), /403/, 'another key');
  const foreign = await createAuthority('test authority', life);
  assert.match(await refusal(renew(endpoint, await issueClient(foreign, connectorId, life))), /403/, 'foreign');
  assert.match(await refusal(renew(endpoint, authority)), /403/, 'the authority is no connector');
  now += 25 * 3_600_000;
  assert.match(await refusal(renew(endpoint, third)), /403/, 'expired');
  now -= 25 * 3_600_000;
  registered = () => false;
  assert.match(await refusal(renew(endpoint, third)), /403/, 'taken out of the registry');
  registered = () => true;
});

test('a connector whose one way out is an HTTP proxy enrols and renews through it', async () => {
  const proxy = await connectProxy();
  // a name that only the proxy knows
  const outside = `admin.test:${front.port}`;
  try {
    const read = readConfig(connectorSchema, {
      connectorId,
      instances: ['tunnel.test:8444'],
      allowedInternalUrls: ['http://app.internal/'],
      outboundProxy: proxy.address,
      enrolment: {
        folder: path.join(folder, 'identity'),
        url: `https://${outside}/`,
        ca: authority.cert,
        token: tokens.create(connectorId),
      },
    });
    const identity = await ConnectorIdentity.get(read);
    const first = identity?.current.cert ?? '';
    assert.is(new X509Certificate(first).subject, `CN=${connectorId}`);
    assert.equal(proxy.asked, [outside]);
    const clock = new ManualClock();
    const host = manualHost(clock);
    identity?.keepFresh(host);
    await clock.pass(1000 * (validity(first).to - clock.wall()));
    await until(() => host.events.includes('certificate.renewed'), 'renewed');
    assert.is.not(identity?.current.cert, first);
    assert.equal(proxy.asked, [outside, outside]);
  } finally {
    proxy.close();
  }
});

test('an outbound proxy that refuses is named, and costs no token', async () => {
  const proxy = await connectProxy();
  try {
    proxy.refusing = true;
    const token = tokens.create(connectorId);
    const through = { url, ca: authority.cert, token, connectorId, outboundProxy: proxy.address };
    assert.match(await refusal(enrol(through)), new RegExp(`outbound proxy ${proxy.address}: status 403`));
    proxy.refusing = false;
    assert.is(await refusal(enrol(through)), 'enrolled', 'an address in place of a name');
  } finally {
    proxy.close();
  }
});

test.run();
