import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { healthHandler } from '../../../proxy/node/roles/health-endpoint.ts';

test('metrics of groups have a label, whatever a group is called', async () => {
  const handler = healthHandler(
    () => true,
    () => ({ inFlight: 3, groupConnectors: { near: 2, 'a "b" \\ c\nd': 0 } }),
  );
  const request = {
    method: 'GET',
    host: 'h',
    target: '/metrics?x',
    headers: [],
    body: undefined,
    clientAddress: '',
  };
  const { status, body } = await handler(request, new CancelSource());
  assert.is(status, 200);
  assert.is(
    new TextDecoder().decode(body?.whole?.data),
    'holdfast_in_flight 3\nholdfast_group_connectors{group="near"} 2\nholdfast_group_connectors{group="a \\"b\\" \\\\ c\\nd"} 0\n',
  );
});

test.run();
