import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant } from '../../../proxy/host/units.ts';
import { Rig } from '../../../sim/live/rig.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { root } from '../../repository/source-tree.ts';
import { smallPlan } from '../plan/small-plan.ts';
import { type EchoLinks, echoLinks, eventually, toxicsAt } from './echo-link.ts';

const cli = path.join(root, 'dist/test/sim/live/fake-role-main.js');
const { topology } = smallPlan;
const plan: Plan = { ...smallPlan, topology: { ...topology, connectors: topology.connectors.slice(0, 1) } };

const open: EchoLinks[] = [];
async function server(metrics: boolean): Promise<EchoLinks> {
  const one = await echoLinks([], metrics);
  open.push(one);
  return one;
}
test.after.each(async () => {
  for (const one of open.splice(0)) await one.close();
});

test('every hop is a link of the parts at its ends, with its own latency; a restart finds its ports; nothing is left', async () => {
  const { url } = await server(true);
  const rig = await Rig.start(plan, { toxiproxy: url, cli });
  try {
    const linksOf = (hop: Parameters<Rig['linksOf']>[0], part: string) => rig.linksOf(hop, part).length;
    assert.is(linksOf('service-token', 'token-service'), 1);
    assert.is(linksOf('user-service', 'service/1'), 1);
    assert.is(linksOf('service-connector', 'connector/paris/1'), 2, 'one to each instance');
    assert.is(linksOf('connector-backend', 'connector/paris/1'), 1);
    assert.equal(
      rig.linksOf('connector-backend', 'backend/shop'),
      rig.linksOf('connector-backend', 'connector/paris/1'),
    );
    assert.is(linksOf('connector-backend', 'connector/lyon/1'), 0);
    const toxics = Object.values(await toxicsAt(url));
    assert.equal(
      toxics.map((names) => names.length),
      Array.from({ length: 6 }, () => 2),
      'latency both ways on each of them',
    );

    const counters = await rig.command('connector/paris/1', { metrics: true });
    assert.ok(Number(counters?.['openTunnels']) > 4, 'its tunnels were there when the start was over');

    const before = await rig.command('service/1', { metrics: true });
    assert.equal([before?.['role'], before?.['told']], ['service', { metrics: true }]);
    await rig.kill('service/1');
    assert.is(await rig.command('service/1', { metrics: true }), undefined, 'a dead role answers nothing');
    await rig.restart('service/1');
    let again: Awaited<ReturnType<Rig['command']>>;
    await eventually(async () => {
      again = await rig.command('service/1', {});
      return again !== undefined;
    }, 'it is back');
    assert.not.equal(again?.['pid'], before?.['pid']);
    const config = JSON.parse(await readFile(path.join(rig.folder, 'service-1.json'), 'utf8'));
    assert.is(config.front.port, 1001, 'the port it had');
    assert.is(rig.connectorStartsMs().length, 1);
    let code = '';
    try {
      rig.role('connector/lyon/1');
    } catch (error) {
      code = (error as { code: string }).code;
    }
    assert.is(code, 'ERR_PART_UNKNOWN');
  } finally {
    assert.equal(await rig.close(), []);
  }
  assert.equal(await toxicsAt(url), {});
  assert.not.ok(existsSync(rig.folder));
});

test('a plan with link faults is refused by a server that could not show their hits; one without is not', async () => {
  const { url } = await server(false);
  const faulted = (kind: string): Plan => ({
    ...plan,
    faults: [
      {
        id: 'f',
        kind,
        targets: ['connector/paris/1'],
        at: instant(1),
        until: null,
        parameters: { hop: 'service-connector', factor: 2 },
        origin: 'schedule',
      },
    ],
  });
  const error = await Rig.start(faulted('link partition'), { toxiproxy: url, cli }).then(
    () => undefined,
    (caught) => caught,
  );
  assert.is(error?.code, 'ERR_TOXIPROXY_METRICS');
  const rig = await Rig.start(faulted('connector slow'), { toxiproxy: url, cli });
  assert.equal(await rig.close(), []);
});

test('a role that does not start is named, and nothing is left', async () => {
  const { url } = await server(true);
  const error = await Rig.start(plan, { toxiproxy: url, cli: path.join(root, 'no-such-script.js') }).then(
    () => undefined,
    (caught) => caught,
  );
  assert.is(error?.code, 'ERR_ROLE_START');
  assert.match(error?.message, 'token-service');
  assert.equal(await toxicsAt(url), {});
});

test.run();
