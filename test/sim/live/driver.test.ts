import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { days, micros } from '../../../proxy/host/units.ts';
import type { DriverConfig, DriverResult } from '../../../sim/live/load/driver-config.ts';
import { rigCertificates } from '../../../sim/live/rig-certificates.ts';
import { RoleProcess } from '../../../sim/live/role-process.ts';
import type { Plan } from '../../../sim/plan/plan.ts';
import { root } from '../../repository/source-tree.ts';
import { smallPlan } from '../plan/small-plan.ts';

const script = path.join(root, 'dist/sim/live/load/driver.js');

interface Seen {
  readonly instance: string;
  /** Nanoseconds from instant 0. */
  readonly at: number;
  readonly cookie: string | undefined;
}

/** Runs the driver against instances that answer everything after a moment; what they saw, in order, and the result. */
async function driven(plan: Plan): Promise<{ readonly seen: readonly Seen[]; readonly result: DriverResult }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'driver-test-'));
  const certificates = await rigCertificates(plan);
  const arrived: Array<{ instance: string; ns: bigint; cookie: string | undefined }> = [];
  const servers: Server[] = [];
  const instances: Array<{ id: string; origin: string }> = [];
  let driver: RoleProcess | undefined;
  try {
    for (const { id } of plan.topology.instances) {
      const { cert, key } = certificates.service;
      const server = createServer({ cert, key }, (request, response) => {
        arrived.push({ instance: id, ns: process.hrtime.bigint(), cookie: request.headers.cookie });
        setTimeout(() => response.end('ok'), 20);
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      instances.push({ id, origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    }
    const resultFile = path.join(folder, 'result.json');
    const config: DriverConfig = {
      plan,
      instances,
      tokenOrigin: 'https://127.0.0.1:9',
      ca: certificates.ca,
      secret: 's'.repeat(43),
      password: 'pw',
      warmUpSeconds: 1,
      resultFile,
    };
    const configFile = path.join(folder, 'driver.json');
    writeFileSync(configFile, JSON.stringify(config));
    driver = new RoleProcess('driver', [script, configFile]);
    await driver.ready(20_000);
    const startNs = process.hrtime.bigint() + 1_500_000_000n;
    driver.tell({ startAtNs: String(startNs) });
    await driver.exited();
    const seen = arrived.map(({ instance, ns, cookie }) => ({ instance, at: Number(ns - startNs), cookie }));
    return { seen, result: JSON.parse(readFileSync(resultFile, 'utf8')) as DriverResult };
  } finally {
    await driver?.kill();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

const planWith = (startInEquilibrium: boolean, more: Partial<Plan> = {}): Plan => ({
  ...smallPlan,
  horizon: micros(1_000_000),
  identity: { ...smallPlan.identity, startInEquilibrium },
  workloads: smallPlan.workloads.map((one) => ({ ...one, users: 5, requestsPerSecond: 30 })),
  ...more,
});

const before = (seen: readonly Seen[]): readonly Seen[] => seen.filter(({ at }) => at < 0);
const after = (seen: readonly Seen[]): readonly Seen[] => seen.filter(({ at }) => at > 0);

test('nobody is signed in at instant 0 when the plan says so, whatever the warm-up did, and no instance was asked to sign anybody in', async () => {
  const { seen } = await driven(planWith(false));
  assert.ok(before(seen).length > 5 && after(seen).length > 5);
  assert.ok(
    before(seen).every(({ cookie }) => cookie !== undefined),
    'who warms up holds a session',
  );
  assert.ok(
    after(seen).every(({ cookie }) => cookie === undefined),
    'and nobody has it afterwards',
  );
});

test('in equilibrium one operator signs in through each instance before; users bring sessions of their own', async () => {
  const plan = planWith(true);
  const { seen } = await driven(plan);
  assert.equal(
    before(seen)
      .filter(({ cookie }) => cookie === undefined)
      .map(({ instance }) => instance)
      .sort(),
    plan.topology.instances.map(({ id }) => id),
  );
  assert.ok(after(seen).every(({ cookie }) => cookie !== undefined));
  const warm = new Set(before(seen).map(({ cookie }) => cookie));
  assert.not.ok(after(seen).some(({ cookie }) => warm.has(cookie)));
});

test('a deadline longer than a timer counts is not none', async () => {
  const patient = planWith(true, { outcome: { ...smallPlan.outcome, deadline: days(30) } });
  const { result } = await driven(patient);
  assert.ok(result.outcome.length > 5);
  assert.equal(new Set(result.outcome), new Set([0]), 'everybody is served');
});

test.run();
