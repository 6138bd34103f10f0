import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenarioFile } from '../../../sim/live/load-scenario.ts';
import { cells } from '../../../sim/plan/cells.ts';
import { checkPlan } from '../../../sim/plan/check.ts';
import { compilePlan } from '../../../sim/plan/compile.ts';
import { planDigest, scenarioDigest } from '../../../sim/plan/digest.ts';
import { liveForm } from '../../../sim/plan/live-form.ts';
import type { Scenario } from '../../../sim/plan/scenario.ts';
import { root } from '../../repository/source-tree.ts';

const golden = path.join(root, 'test/sim/scenario/shipped.golden.json');
const folder = path.join(root, 'scenarios');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''))
  .sort();
const twins = readdirSync(path.join(folder, 'typescript')).map((file) => file.replace('.ts', ''));

/** First and last cell, replication 0: enough to see that nothing moved. */
const digests = (scenario: Scenario) => {
  const all = cells(scenario);
  return [all[0]!, all[all.length - 1]!].map((axes) => planDigest(compilePlan(scenario, { axes })).slice(0, 16));
};

test('the six scenarios of the first catalogue are there', () => {
  const first = ['baseline', 'connector-crash', 'n-plus-one', 'single-connector', 'slow-link', 'token-outage'];
  assert.equal(
    first.filter((name) => !names.includes(name)),
    [],
  );
});

test('every shipped scenario parses, compiles in every cell, virtual and live, and its digests are those stored', async () => {
  const found: Record<string, { scenario: string; plans: string[]; live: string[] }> = {};
  for (const name of names) {
    const scenario = await loadScenarioFile(path.join(folder, `${name}.yaml`));
    assert.is(scenario.name, name);
    for (const form of [scenario, liveForm(scenario)]) for (const axes of cells(form)) compilePlan(form, { axes });
    found[name] = {
      scenario: scenarioDigest(scenario).slice(0, 16),
      plans: digests(scenario),
      live: digests(liveForm(scenario)),
    };
  }
  const text = `${JSON.stringify(found, null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
  assert.is(text, readFileSync(golden, 'utf8'));
});

test('the live form of every shipped scenario lasts less than a minute over all its cells', async () => {
  for (const name of names) {
    const form = liveForm(await loadScenarioFile(path.join(folder, `${name}.yaml`)));
    const seconds = cells(form)
      .map((axes) => compilePlan(form, { axes }).horizon / 1e6)
      .reduce((sum, horizon) => sum + horizon * form.run.replications.max, 0);
    assert.ok(seconds < 55, `${name}: ${seconds} s`);
  }
});

test('check refuses no shipped scenario, virtual or live', async () => {
  for (const name of names) {
    const scenario = await loadScenarioFile(path.join(folder, `${name}.yaml`));
    const form = liveForm(scenario);
    const findings = [
      ...cells(scenario).flatMap((axes) => checkPlan(compilePlan(scenario, { axes }), 'virtual')),
      ...cells(form).flatMap((axes) => checkPlan(compilePlan(form, { axes }), 'live')),
    ];
    assert.equal(
      findings.filter(({ severity }) => severity === 'refuse').map(({ message }) => `${name}: ${message}`),
      [],
    );
  }
});

for (const name of twins) {
  test(`${name}: TypeScript and YAML give the same plan`, async () => {
    const yaml = await loadScenarioFile(path.join(folder, `${name}.yaml`));
    const script = await loadScenarioFile(path.join(folder, 'typescript', `${name}.ts`));
    assert.is(scenarioDigest(script), scenarioDigest(yaml));
    assert.equal(digests(script), digests(yaml));
  });
}

test('two twins at least', () => assert.ok(twins.length >= 2));

test.run();
