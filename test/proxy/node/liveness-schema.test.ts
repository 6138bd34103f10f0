import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectorSchema } from '../../../proxy/node/roles/connector-schema.ts';
import { serviceSchema } from '../../../proxy/node/roles/service-schema.ts';
import { documented } from '../../../proxy/policy/behaviour.ts';

const connector = {
  connectorId: 'connector/paris/1',
  instances: ['127.0.0.1:1'],
  allowedInternalUrls: ['http://shop.internal/'],
  tls: null,
};

const service = (detection: object) => ({
  instanceId: 'service/1',
  applications: [
    {
      id: 'shop',
      externalHost: 'shop.example.com',
      internalUrl: 'http://shop.internal/',
      group: 'main',
      preAuthentication: 'pass-through',
    },
  ],
  connectors: [{ id: 'connector/paris/1', group: 'main' }],
  behaviour: { ...documented, name: 'own', detection: { onClose: true, ...detection } },
  front: {},
  tunnelTls: null,
});

/** Where a configuration is wrong, and how. */
const wrongIn = (schema: typeof connectorSchema | typeof serviceSchema, config: object): string[] =>
  schema.safeParse(config).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test('a connector whose pings are too rare for the silence it takes is refused', () => {
  assert.equal(wrongIn(connectorSchema, { ...connector, pingInterval: 4_999_999 }), []);
  assert.equal(wrongIn(connectorSchema, { ...connector, pingInterval: 5_000_000 }), [
    'deadAfter: not longer than pingInterval, so tunnels would be lost with nothing wrong',
  ]);
});

test('so is a service', () => {
  assert.equal(wrongIn(serviceSchema, service({ pingInterval: 10e6, deadAfter: 30e6 })), []);
  assert.equal(wrongIn(serviceSchema, service({ pingInterval: 10e6, deadAfter: 5e6 })), [
    'behaviour.detection.deadAfter: not longer than pingInterval, so tunnels would be given up with nothing wrong',
  ]);
});

test.run();
