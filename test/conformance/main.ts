/**
 * Conformance: the same plan (same digest, same fault and arrival instants) in both worlds.
 *
 * usage: npm run conformance [-- filter …] [-- --runs N] [-- --most-late SHARE]
 * Live runs N times (default 5); the virtual world with 20 replications' worth of service-time draws. Calibrated once, on
 * `baseline` at one load, then frozen: everything else is prediction. A row that also agrees with a simulator that leaves
 * the fault out, or notices it 5 s late, proves nothing and is inconclusive. A live run with more than 1 % of late sends does
 * not count (--most-late: another share, for a look on a busy machine that proves nothing). The last line is `N rows, N fail`.
 */
import { fileURLToPath } from 'node:url';
import { runLivePlan } from '../../sim/live/live-engine.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import { calibrate } from './calibration.ts';
import { calibrationSpec, cases, planOf } from './cases.ts';
import { type Quantities, quantitiesOf } from './quantities.ts';
import { type Centre, centre, type Row } from './row.ts';
import { virtualCentre, wrongCentres } from './virtual-centre.ts';

const cli = fileURLToPath(new URL('../../sim/cli/main.js', import.meta.url));

/** One live run; a run whose load was late says nothing and is repeated, at most `tries` times in all. */
async function liveOnce(plan: Plan, tries: number, mostLate: number): Promise<Quantities | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const history = await runLivePlan(plan, {
      toxiproxy: undefined,
      cli,
      interrupted: new AbortController().signal,
      onProgress: () => {},
    });
    const late = Number(history.notes['lateShare'] ?? 0);
    if (late <= mostLate) return quantitiesOf(plan, history);
    console.log(`  (a live run with ${(100 * late).toFixed(1)} % late sends does not count)`);
  }
  return undefined;
}

async function live(plan: Plan, runs: number, mostLate: number): Promise<Centre> {
  const found: Quantities[] = [];
  for (let run = 0; run < runs; run++) {
    const quantities = await liveOnce(plan, 3, mostLate);
    if (quantities !== undefined) found.push(quantities);
  }
  return centre(found);
}

interface Judged extends Row {
  readonly verdict: 'pass' | 'FAIL' | 'inconclusive';
  readonly why: string;
}

const usage = 'usage: npm run conformance [-- name-of-a-scenario …] [-- --runs N] [-- --most-late SHARE]';

async function main(args: string[]): Promise<void> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at >= 0 ? Number(args.splice(at, 2)[1]) : fallback;
  };
  const runs = option('--runs', 5);
  const mostLate = option('--most-late', 0.01);
  const wrong = !(runs >= 1 && mostLate >= 0) || args.some((arg) => arg.startsWith('-')) || cases(args).length === 0;
  if (wrong) {
    console.error(`${usage}\nscenarios: ${[...new Set(cases([]).map(({ name }) => name))].join(', ')}`);
    process.exitCode = 2;
    return;
  }
  console.log(`calibrating on ${calibrationSpec.name}, ${calibrationSpec.rate}/s`);
  const reference = planOf(calibrationSpec);
  const calibration = calibrate(
    await live(reference, runs, mostLate),
    await virtualCentre(reference, { added: 0, spread: 0, start: 0 }),
  );
  console.log(`calibration: ${JSON.stringify(calibration)} (ms), frozen\n`);
  const judged: Judged[] = [];
  for (const one of cases(args)) {
    const seen = await live(one.plan, runs, mostLate);
    const predicted = await virtualCentre(one.plan, calibration);
    const wrong = await wrongCentres(one, calibration);
    for (const compare of one.comparisons) {
      const row = compare(one.name, seen, predicted);
      const fooled = wrong.filter(({ centre: mutated }) => compare(one.name, seen, mutated).agrees);
      const verdict =
        seen.runs === 0 || (row.agrees && fooled.length > 0) ? 'inconclusive' : row.agrees ? 'pass' : 'FAIL';
      const why =
        seen.runs === 0 ? 'no live run kept its plan' : fooled.map(({ what }) => `passes with ${what}`).join('; ');
      judged.push({ ...row, verdict, why: verdict === 'inconclusive' ? why : '' });
      print(judged.at(-1) as Judged);
    }
  }
  const failed = judged.filter(({ verdict }) => verdict === 'FAIL').length;
  const inconclusive = judged.filter(({ verdict }) => verdict === 'inconclusive').length;
  console.log(`\n${inconclusive} inconclusive`);
  console.log(`${judged.length} rows, ${failed} fail`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function print(row: Judged): void {
  const cells = [
    row.verdict.padEnd(12),
    row.scenario.padEnd(36),
    row.quantity.padEnd(32),
    `live ${row.live}`.padEnd(44),
    `virtual ${row.virtual}`.padEnd(44),
    `within ${row.tolerance}`,
    row.why,
  ];
  console.log(cells.join('  ').trimEnd());
}

await main(process.argv.slice(2));
