import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { OriginResult } from '../../../proxy/host/message.ts';
import { seconds } from '../../../proxy/host/units.ts';
import { scriptedOrigin } from '../origins.ts';
import { OpenBody } from './open-body.ts';
import { ProxyRig, type RigOptions } from './proxy-rig.ts';

/** Facts of the events called `name`. */
const told = (rig: ProxyRig, name: string): unknown[] =>
  rig.events.filter((event) => event.name === name).map(({ facts }) => facts);

const counted = (rig: ProxyRig): Record<string, number> => {
  const { answered, cut, refused, clientLeft } = rig.service.metrics();
  return { answered, cut, refused, clientLeft };
};

const hung = scriptedOrigin(
  (_url, _request, cancel) =>
    new Promise((resolve) => cancel.onCancel(() => resolve({ kind: 'broken', detail: 'aborted' }))),
);

const leaving: ReadonlyArray<readonly [string, RigOptions]> = [
  ['while the backend works', { origin: hung }],
  ['while it waits for a connector', { connectors: 0, behaviour: { connectorWait: seconds(3600) } }],
];
for (const [title, options] of leaving) {
  test(`a user who leaves ${title} is neither answered nor refused`, async () => {
    const rig = await ProxyRig.start(options);
    try {
      const cancel = new CancelSource();
      const asked = rig.service.front(rig.request('/a'), cancel);
      if (options.connectors !== 0) await rig.until(() => rig.connectors[0]?.inFlight === 1);
      cancel.cancel('client-closed');
      await asked;
      const [line] = told(rig, 'request.done') as [Record<string, unknown>];
      assert.is(line['status'], 499);
      assert.is(line['cause'], 'client-left');
      assert.equal(counted(rig), { answered: 0, cut: 0, refused: 0, clientLeft: 1 });
    } finally {
      await rig.stop();
    }
  });
}

test('the service tells which connectors join, are replaced and are lost', async () => {
  const rig = await ProxyRig.start();
  try {
    const who = { connector: 'connector/paris/1', group: 'default' };
    assert.equal(told(rig, 'connector.joined'), [who]);
    rig.network.silence('connector/paris/1');
    await rig.addConnector(1);
    await rig.until(() => told(rig, 'connector.joined').length === 2);
    assert.equal(told(rig, 'connector.superseded'), [who]);
    assert.equal(told(rig, 'connector.lost'), [], 'it is here, in its next life');
    rig.network.cut('connector/paris/1');
    await rig.until(() => told(rig, 'connector.lost').length > 0);
    assert.equal(told(rig, 'connector.lost'), [{ ...who, cause: 'reset', detail: 'connector/paris/1 died' }]);
  } finally {
    await rig.stop();
  }
});

function streaming(bodies: OpenBody[]): RigOptions {
  return {
    origin: scriptedOrigin(async (): Promise<OriginResult> => {
      const body = new OpenBody();
      bodies.push(body);
      return { kind: 'answer', response: { status: 200, headers: [], body } };
    }),
  };
}

test('an answer that breaks off behind its head is told and counted; not that of a user who left', async () => {
  const rig = await ProxyRig.start(streaming([]));
  try {
    const gone = new CancelSource();
    const left = await rig.service.front(rig.request('/a'), gone);
    const pull = Promise.resolve(left.body?.pull()).catch(() => undefined);
    gone.cancel('client-closed');
    await pull;
    assert.equal(counted(rig), { answered: 1, cut: 0, refused: 0, clientLeft: 0 });
    const { body } = await rig.ask(rig.request('/b'));
    const rest = Promise.resolve(body?.pull()).catch(() => undefined);
    rig.network.cut('connector/paris/1');
    await rest;
    assert.equal(counted(rig), { answered: 2, cut: 1, refused: 0, clientLeft: 0 });
    const [line, ...more] = told(rig, 'answer.cut') as Record<string, unknown>[];
    const [, done] = told(rig, 'request.done') as Record<string, unknown>[];
    assert.is(line?.['transaction'], done?.['transaction']);
    assert.is(line?.['connector'], 'connector/paris/1');
    assert.match(String(line?.['detail']), /tunnel lost/);
    assert.equal(more, []);
  } finally {
    await rig.stop();
  }
});

test('a status that HTTP has not is the application’s fault, on a page with our id', async () => {
  const odd = scriptedOrigin(async () => ({
    kind: 'answer',
    response: { status: 999, headers: [], body: undefined },
  }));
  const rig = await ProxyRig.start({ origin: odd });
  try {
    const answer = await rig.ask(rig.request('/a'));
    assert.is(answer.status, 502);
    assert.is(answer.proxyCause, 'backend-unreachable');
    assert.ok(answer.headers.some(([name]) => name === 'x-holdfast-transaction'));
    assert.is((told(rig, 'request.done') as Record<string, unknown>[])[0]?.['status'], 502);
    assert.equal(counted(rig), { answered: 0, cut: 0, refused: 1, clientLeft: 0 });
  } finally {
    await rig.stop();
  }
});

test.run();
