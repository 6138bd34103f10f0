import {
  type ConfigSource,
  type RunningRole,
  startBackendRole,
  startConnectorRole,
  startServiceRole,
} from 'holdfast/proxy';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const started: RunningRole[] = [];
test.after.each(async () => {
  for (const role of started.splice(0).reverse()) await role.stop();
});

async function start(
  role: (source: ConfigSource) => Promise<RunningRole>,
  config: ConfigSource,
): Promise<RunningRole['ready']> {
  const running = await role(config);
  started.push(running);
  return running.ready;
}

const wiki = {
  id: 'wiki',
  externalHost: 'localhost',
  internalUrl: 'http://wiki.internal/',
  group: 'paris',
  preAuthentication: 'pass-through',
};

test('holdfast/proxy: service, connector and backend in this process answer a request', async () => {
  const backend = await start(startBackendRole, { name: 'Wiki' });
  const service = await start(startServiceRole, {
    instanceId: 'service/1',
    applications: [wiki],
    connectors: [{ id: 'connector/paris/1', group: 'paris' }],
    logLevel: 'error',
    front: {},
    tunnelTls: null,
  });
  await start(startConnectorRole, {
    connectorId: 'connector/paris/1',
    instances: [`127.0.0.1:${service['tunnelPort']}`],
    allowedInternalUrls: [wiki.internalUrl],
    hosts: { 'wiki.internal': `127.0.0.1:${backend['port']}` },
    logLevel: 'error',
    tls: null,
  });
  // The service holds the request until the connector's tunnel is up, as it does for any user.
  const answer = await fetch(`http://localhost:${service['frontPort']}/`, { signal: AbortSignal.timeout(15_000) });
  assert.is(answer.status, 200);
  assert.match(await answer.text(), /Wiki/);
});

test('holdfast/proxy: a wrong configuration is one coded error with every problem', async () => {
  try {
    await start(startServiceRole, { instanceId: '', applications: [], connectors: [], front: {}, tunnelTls: null });
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_CONFIG');
    assert.match((error as Error).message, /instanceId[\s\S]*applications[\s\S]*connectors/);
  }
});

test.run();
