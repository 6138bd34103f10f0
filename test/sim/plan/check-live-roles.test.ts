import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instant, type Micros, micros } from '../../../proxy/host/units.ts';
import { faultModeOf } from '../../../proxy/node/backend/faults.ts';
import { tokenServiceSchema } from '../../../proxy/node/identity/token-config.ts';
import { backendSchema } from '../../../proxy/node/roles/backend-schema.ts';
import { connectorSchema } from '../../../proxy/node/roles/connector-schema.ts';
import { serviceSchema } from '../../../proxy/node/roles/service-schema.ts';
import { backendRole, connectorRole, serviceRole, tokenServiceRole } from '../../../sim/live/role-configs.ts';
import { checkPlan } from '../../../sim/plan/check.ts';
import { roleLimits } from '../../../sim/plan/check-live-roles.ts';
import type { ApplicationPlan, IdentityPlan, Plan } from '../../../sim/plan/plan.ts';
import { connectorConfigOf } from '../../../sim/plan/roles.ts';
import { smallPlan } from './small-plan.ts';

const refusals = (plan: Plan, engine: 'live' | 'virtual' = 'live'): readonly string[] =>
  checkPlan(plan, engine).flatMap(({ severity, message }) => (severity === 'refuse' ? [message] : []));

const credential = { cert: 'CERT', key: 'KEY' };
const certificates = { ca: 'CA', service: credential, tokenService: credential, connectors: new Map() };

/** Whether every role of the plan would take its configuration. */
function rolesStart(plan: Plan): boolean {
  const run = { plan, certificates, secret: 's'.repeat(43), password: 'pw', tokenOrigin: 'https://127.0.0.1:1' };
  const configs = plan.topology.connectors.map((connector) => {
    const config = connectorConfigOf(
      plan,
      connector,
      ['127.0.0.1:1'],
      (application) => `http://${application}.internal/`,
    );
    return connectorSchema.safeParse({ ...connectorRole(run, config, {}), tls: null }).success;
  });
  return [
    ...configs,
    tokenServiceSchema.safeParse(tokenServiceRole(run)).success,
    serviceSchema.safeParse(serviceRole(run, 'service/1', 0, 0)).success,
    ...plan.applications.map((application) => backendSchema.safeParse(backendRole(application)).success),
  ].every(Boolean);
}

const withApplication = (more: Partial<ApplicationPlan>): Plan => ({
  ...smallPlan,
  applications: smallPlan.applications.map((application) => ({ ...application, ...more })),
});
const withIdentity = (more: Partial<IdentityPlan>): Plan => ({
  ...smallPlan,
  identity: { ...smallPlan.identity, ...more },
});
const backend = smallPlan.applications[0]?.backend as ApplicationPlan['backend'];

const settings: ReadonlyArray<readonly [string, Micros, (span: Micros) => Plan]> = [
  ['backend time-out', micros(roleLimits.backendTimeout - 1), (span) => withApplication({ backendTimeout: span })],
  ['backend', roleLimits.backendLatency, (span) => withApplication({ backend: { ...backend, latency: span } })],
  ['lifetime', roleLimits.sessionLife, (span) => withIdentity({ sessionLife: { from: micros(1e6), to: span } })],
  ['exchange time', roleLimits.exchangeTime, (span) => withIdentity({ exchangeTime: span })],
];

for (const [what, most, planWith] of settings) {
  test(`the longest ${what} starts live, and one that is longer is refused before the run`, () => {
    assert.equal(refusals(planWith(most)), []);
    assert.is(rolesStart(planWith(most)), true);
    const beyond = planWith(micros(most + 1));
    assert.is(rolesStart(beyond), false);
    assert.match(refusals(beyond).join(), what);
    assert.equal(refusals(beyond, 'virtual'), []);
  });
}

test('connectors of a group without an application would not start', () => {
  const { topology } = smallPlan;
  const [first] = topology.connectors;
  const spare = first === undefined ? [] : [{ ...first, id: 'connector/paris/9', group: 'spare' }];
  const plan = {
    ...smallPlan,
    topology: {
      ...topology,
      groups: [...topology.groups, { id: 'spare' }],
      connectors: [...topology.connectors, ...spare],
    },
  };
  assert.is(rolesStart(plan), false);
  assert.match(refusals(plan).join(), 'group spare');
  assert.equal(
    refusals({ ...plan, topology: { ...plan.topology, connectors: topology.connectors } }),
    [],
    'none is in it',
  );
});

test('what a fault adds is what roles take', () => {
  const slow = (kind: string, by: number): Plan => ({
    ...smallPlan,
    faults: [{ id: 'f', kind, targets: ['x'], at: instant(0), until: null, parameters: { by }, origin: 'schedule' }],
  });
  const { added } = roleLimits;
  for (const kind of ['token slow', 'backend slow']) {
    assert.equal(refusals(slow(kind, added)), []);
    assert.match(refusals(slow(kind, added + 1)).join(), kind);
  }
  faultModeOf({ mode: 'slow', addedMs: added / 1000 });
  assert.throws(() => faultModeOf({ mode: 'slow', addedMs: (added + 1) / 1000 }));
});

test.run();
