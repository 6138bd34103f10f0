import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../../proxy/host/frame.ts';
import type { Conn } from '../../../proxy/host/transport.ts';
import type { ScenarioInput } from '../../../sim/scenario/define.ts';
import { anyFrame } from '../../proxy/protocol/frame-arbitrary.ts';
import { planOf } from '../plan-of.ts';
import { HostileWorld } from './hostile-world.ts';

const input: ScenarioInput = {
  name: 'hostile',
  run: { duration: '10m' },
  topology: {
    instances: 1,
    sites: { paris: {} },
    connectorGroups: { shop: { connectors: { paris: 2 } }, other: { connectors: { paris: 1 } } },
  },
  applications: { shop: { group: 'shop' }, wiki: { group: 'other' } },
  workload: { people: { application: 'shop', requestsPerSecond: 1 } },
};
const plan = planOf(input);
const idsOf = (group: string) => plan.topology.connectors.filter((one) => one.group === group).map(({ id }) => id);
const [own = '', sibling = ''] = idsOf('shop');
const [foreign = ''] = idsOf('other');

async function world(...connectors: readonly string[]): Promise<HostileWorld> {
  const made = new HostileWorld(plan);
  for (const id of connectors) made.connector(id);
  await made.pass(2);
  return made;
}

test('a session cookie with any one character changed, cut short or made longer is no session', async () => {
  const here = await world(own);
  const good = here.sealedSession();
  assert.is((await here.ask(here.cookie(good))).status, 200);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.constantFrom(...'ABCXYZabcxyz0189-_'),
      fc.constantFrom('change', 'cut', 'insert', 'append'),
      async (at, letter, how) => {
        fc.pre(how !== 'change' || good[at] !== letter);
        const bad = {
          change: good.slice(0, at) + letter + good.slice(at + 1),
          cut: good.slice(0, at),
          insert: good.slice(0, at) + letter + good.slice(at),
          append: good + letter,
        }[how];
        fc.pre(bad !== good);
        const { status, proxyCause } = await here.ask(here.cookie(bad));
        assert.equal({ status, proxyCause }, { status: 302, proxyCause: 'sign-in' });
      },
    ),
    { numRuns: 300 },
  );
  assert.is((await here.ask(here.cookie(good))).status, 200, 'the good one still is');
});

test('a session of another application, of a forger or of yesterday sends to the sign-in; two sessions are refused', async () => {
  const here = await world(own);
  for (const options of [{ application: 'wiki' }, { secret: 'guessed' }, { lifeSeconds: -1 }]) {
    const { proxyCause } = await here.ask(here.cookie(here.sealedSession(options)));
    assert.is(proxyCause, 'sign-in', JSON.stringify(options));
  }
  const good = here.sealedSession();
  const twice = await here.ask([...here.cookie(good), ...here.cookie(good)]);
  assert.equal([twice.status, twice.proxyCause], [400, 'bad-request']);
});

test('a callback nobody began fails with a coded page and leaves no session', async () => {
  const here = await world(own);
  for (const query of ['', '?code=c', '?code=c&state=x', '?state=x&error=access_denied', '?code=%ff&state=%00']) {
    const { status, proxyCause, headers } = await here.ask([], `/.holdfast/callback${query}`);
    assert.equal([status, proxyCause], [403, 'sign-in-failed'], query);
    assert.not.ok(headers.some(([name]) => name === 'set-cookie'));
  }
});

test('a connector that claims the id of another is refused, whoever of them comes first', async () => {
  for (const claimed of [own, sibling]) {
    const here = await world(own);
    here.connector(foreign, claimed);
    await here.pass(30);
    const refused = here.told('tunnel.refused');
    assert.ok(refused.length > 0 && refused.every(({ facts }) => /ERR_TUNNEL_HELLO/.test(String(facts['error']))));
    for (let i = 0; i < 20; i++) {
      const { status, headers } = await here.ask(here.cookie(here.sealedSession()));
      assert.equal([status, new Map(headers).get('x-served-by')], [200, own]);
    }
  }
});

test('a machine with a sound certificate that no group lists gets no tunnel and no request', async () => {
  const here = await world(own);
  here.connector('connector/rome/1');
  await here.pass(30);
  assert.equal(here.told('tunnel.foreign-connector')[0]?.facts['claimed'], 'connector/rome/1');
  for (let i = 0; i < 20; i++) {
    const { headers } = await here.ask(here.cookie(here.sealedSession()));
    assert.is(new Map(headers).get('x-served-by'), own);
  }
});

test('a connector of another group gets that group’s requests only', async () => {
  const here = await world(foreign);
  const { proxyCause } = await here.ask(here.cookie(here.sealedSession()));
  assert.is(proxyCause, 'no-connector');
});

/** A certified connector of the same group that greets properly and then says anything. */
function liar(here: HostileWorld, says: readonly Frame[]): { heard: number; ended: string | undefined } {
  const seen: { heard: number; ended: string | undefined } = { heard: 0, ended: undefined };
  here.machine(sibling, async (host) => {
    const conn: Conn = await host.net.dial('service/1');
    conn.onFrame(() => {
      seen.heard += 1;
    });
    conn.onClose(({ cause, detail }) => {
      seen.ended = `${cause} ${detail}`;
    });
    const window = 65_536;
    conn.send({
      type: 'hello',
      version: 1,
      connectorId: sibling,
      bootNonce: 'x',
      generation: 1,
      maxStreams: 10,
      window,
    });
    await host.clock.sleep(100_000 as never);
    for (const frame of says) conn.send(frame);
  });
  return seen;
}

test('a certified connector that says anything at all harms nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 12 }), async (says) => {
      const here = await world(own);
      liar(here, says);
      // Its tunnel is closed, or it is silent and found dead after 30 s; then all goes to the honest one.
      await here.pass(45);
      for (let i = 0; i < 4; i++) assert.is((await here.ask(here.cookie(here.sealedSession()))).status, 200);
    }),
    { numRuns: 60 },
  );
});

test('… and its tunnel ends with a coded reason when it breaks the protocol', async () => {
  const here = await world(own);
  const seen = liar(here, [{ type: 'config', json: '{}' }]);
  await here.pass(2);
  assert.ok(seen.heard > 0, 'it was greeted');
  assert.match(seen.ended ?? '', /^(fin|reset) .*ERR_TUNNEL_FRAME/);
});

test.run();
