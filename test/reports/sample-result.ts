/**
 * Made-up but plausible results to draw: their figures follow a closed form (crash, site loss, shared egress, token
 * outage, detection), not a run. No chance and no clock, so golden files stay equal.
 */
import { attainment } from '../../sim/judge/attainment.ts';
import { compareCells } from '../../sim/judge/compare-cells.ts';
import type { ObjectiveVerdict, Verdict } from '../../sim/judge/verdict.ts';
import { worst } from '../../sim/judge/verdict.ts';
import { everyRequest } from '../../sim/measure/evidence.ts';
import type { Estimate, Loss, Measurement } from '../../sim/measure/measurement.ts';
import { emptyTally } from '../../sim/measure/tally.ts';
import type { CellResult, RunResult } from '../../sim/store/result.ts';
import { minutesTimeline, monthTimeline } from './sample-timeline.ts';

const n = 60;
const requestsPerRun = 466_560_000;
const hash = (k: number): string =>
  Array.from({ length: 64 }, (_, i) => '0123456789abcdef'[(k * 7 + i * (5 + (k % 9)) + ((i * i) % 13)) % 16]).join('');

/** A smooth stand-in for sampling noise in [-1, 1]. */
const wobble = (k: number): number => Math.sin(k * 12.9898 + 4.1);

const estimate = (value: number, half: number, method = 't over replications', units = n): Estimate => ({
  value,
  interval: [value - half, Math.min(1e15, value + half)],
  n: units,
  method,
});

const share = (value: number, half: number): Estimate => ({
  value,
  interval: [Math.max(0, value - half), Math.min(1, value + half)],
  n,
  method: 'episodes',
});

const latency = (p50: number, p99: number, p999: number): Measurement['latency'] => ({
  p50: estimate(p50, p50 * 0.01),
  p99: estimate(p99, p99 * 0.03),
  p999: estimate(p999, p999 * 0.12),
});

function judge(name: string, kind: ObjectiveVerdict['kind'], e: Estimate, limit: number): ObjectiveVerdict {
  const [low, high] = e.interval ?? [e.value ?? 0, e.value ?? 0];
  const better = kind === 'availability';
  let verdict: Verdict = 'inconclusive';
  if (better ? low >= limit : high <= limit) verdict = 'met';
  if (better ? high < limit : low > limit) verdict = 'missed';
  const reason = verdict === 'inconclusive' ? `the interval contains the limit after ${e.n} replications` : '';
  return { name, kind, verdict, value: e.value, interval: e.interval, limit, n: e.n, reason };
}

/** Unavailability of connectors, sites and shared parts, by size and behaviour. */
function cell(sites: number, perSite: number, behaviour: string, k: number): CellResult {
  const crash = 8 / (14 * 1440);
  const siteLoss = 2 / (24 * 180);
  const power = (x: number, m: number): number => Array.from({ length: m }, () => x).reduce((a, b) => a * b, 1);
  const oneSite = siteLoss + (1 - siteLoss) * power(crash, perSite);
  const independent = power(oneSite, sites);
  const egress = 20 / (60 * 24 * 90);
  const token = 45 / (60 * 24 * 180) / 3;
  const floor = egress + token;
  const shared = ['egress/shared', 'token-service'];
  const sharedParts = sites === 1 ? ['site/paris', ...shared] : shared;
  const connectors = sites * perSite;
  const detection = behaviour === 'documented' ? 30 : 4;
  const noticing = ((connectors / 14 / 86_400) * detection) / connectors + ((sites / 180 / 86_400) * 60) / sites;
  const overload = connectors === 1 ? 0.0009 : connectors === 2 ? 0.0004 : 0.00001;
  const lostConnectors = independent + noticing * (behaviour === 'documented' ? 10 : 1);
  const lost = lostConnectors + floor + overload;
  const value = 1 - lost * (1 + 0.04 * wobble(k));
  const half = Math.max(lost * (behaviour === 'documented' ? 0.13 : 0.1), 4e-6);
  const all = requestsPerRun * n;
  const loss = (cause: Loss['cause'], application: string, part: number): Loss => ({
    cause,
    application,
    count: Math.round(all * part * 100) / 100,
  });
  const losses = [
    loss('no-connector', 'shop', independent * 0.8),
    loss('no-connector', 'payroll', independent * 0.2),
    loss('connector-lost', 'shop', (lostConnectors - independent) * 0.8),
    loss('connector-lost', 'payroll', (lostConnectors - independent) * 0.2),
    loss('overload', 'shop', overload),
    loss('token-service-unavailable', 'shop', token * 0.7),
    loss('sign-in-incomplete', 'payroll', token * 0.3),
    loss('connection-reset', 'shop', egress * 0.9),
    loss('late', 'shop', egress * 0.1),
  ].sort((a, b) => b.count - a.count);
  const failed = Math.round(all * (1 - value));
  const p99 = 310_000 + (connectors === 1 ? 640_000 : connectors === 2 ? 190_000 : 4_000 * wobble(k));
  const recovery = (behaviour === 'documented' ? 62_000_000 : 9_400_000) * (1 + 0.05 * wobble(k + 3));
  const measurement: Measurement = {
    requests: all,
    ok: all - failed,
    failed,
    unknown: 0,
    availability: share(value, half),
    timeAvailability: share(value - 2e-5, half * 1.1),
    latency: latency(62_000 + 900 * wobble(k), p99, p99 * 2.7),
    recovery: estimate(recovery, recovery * 0.12, 'episodes', 214),
    unrecovered: 0,
    losses,
    idleFaults: [],
    faultHits: [
      ...(sites === 1 ? ['site loss on site/paris'] : []),
      'shared egress down on egress/shared',
      'token outage on token-service',
    ].map((fault) => ({ fault, occurrences: 12, hit: 12 })),
    method: 'episodes',
  };
  const objectives = [
    judge('availability', 'availability', measurement.availability, 0.9995),
    judge('latency p99', 'latency', measurement.latency.p99, 800_000),
    judge('recovery', 'recovery', measurement.recovery, 90_000_000),
  ];
  const perReplication = Array.from({ length: n }, (_, i) => lost * (1 + 0.5 * wobble(i)));
  return {
    axes: { 'connectors per site': perSite, sites, behaviour },
    planDigest: hash(k),
    behaviour,
    n,
    measurement,
    objectives,
    verdict: worst(objectives.map((o) => o.verdict)),
    cost: connectors,
    perYear: true,
    arithmetic: {
      independent,
      allDown: independent,
      staged: 0,
      sharedFloor: floor,
      stagedFloor: 0,
      sharedParts,
      sharedBy: {},
    },
    eventHash: hash(k + 100),
    perReplication,
    attainment: attainment(perReplication, objectives, 0.95),
    sharedVariance: 0,
  };
}

/** Unavailability of the live runs of `sampleLive`. */
const liveLosses = [0.2861, 0.2902, 0.2849, 0.2888, 0.283];

const axes: RunResult['axes'] = [
  { name: 'connectors per site', values: [1, 2, 3, 4] },
  { name: 'sites', values: [1, 2, 3] },
  { name: 'behaviour', values: ['documented', 'hardened'] },
];

const sitesOf = (one: CellResult): number => Number(Object.entries(one.axes).find(([name]) => name === 'sites')?.[1]);

function cheapestOf(cells: readonly CellResult[]): number | null {
  const met = cells.flatMap((one, at) => (one.verdict === 'met' ? [{ at, one }] : []));
  met.sort((a, b) => a.one.cost - b.one.cost || sitesOf(a.one) - sitesOf(b.one) || a.at - b.at);
  return met[0]?.at ?? null;
}

/** Paired as a study pairs them, with what each replication lost. */
export function comparisonsOf(
  cells: readonly CellResult[],
  of: RunResult['axes'],
  from: number,
  asWritten: number | null,
): RunResult['comparisons'] {
  const requests = 1_000_000_000;
  const studied = cells.map((one) => ({
    axes: one.axes,
    evidence: everyRequest(
      one.perReplication.map((lost) =>
        lost === null ? emptyTally : { ...emptyTally, requests, ok: requests * (1 - lost), failed: requests * lost },
      ),
      1e-6,
    ),
  }));
  return compareCells(studied, { axes: of, confidence: 0.95, from, asWritten });
}

/** 24 cells: 4 connectors per site × 3 sites × 2 behaviours, 30 days, virtual. */
export function sampleSweep(): RunResult {
  const cells = axes[0]!.values.flatMap((perSite, i) =>
    axes[1]!.values.flatMap((sites, j) =>
      axes[2]!.values.map((behaviour, m) => cell(Number(sites), Number(perSite), String(behaviour), i * 6 + j * 2 + m)),
    ),
  );
  const cheapest = cheapestOf(cells);
  const judged = cells[cheapest ?? 0]!;
  return {
    schemaVersion: 1,
    tool: { name: 'holdfast', version: '0.1.0' },
    scenario: {
      name: 'connector-crash',
      description:
        'Two applications behind one connector group. Connectors crash at random, a site loses power, the shared egress fails and the token service has an outage. How many connectors, on how many sites?',
      file: 'scenarios/connector-crash.yaml',
      digest: hash(3),
    },
    engine: 'virtual',
    fidelity: 'L1',
    behaviour: 'documented',
    seed: '0x5eed0007',
    confidence: 0.95,
    verdict: judged.verdict,
    objectives: judged.objectives,
    measurement: judged.measurement,
    cells,
    cheapest,
    asWritten: 11,
    comparisons: comparisonsOf(cells, axes, cheapest ?? 0, 11),
    variant: '',
    axes,
    timeline: monthTimeline(),
    eventHash: hash(5),
    stopReason: 'precision',
    notes: [
      'Requests were simulated one by one in windows around each failure episode; steady stretches were measured once per state.',
      'Kerberos and the directory are outside this scenario.',
    ],
  };
}

/** One cell without a sweep: a live run of a token outage, five replications, an objective missed and one undecided. */
export function sampleLive(): RunResult {
  const value = 0.7134;
  const measurement: Measurement = {
    requests: 41_250,
    ok: 29_428,
    failed: 11_790,
    unknown: 32,
    availability: { value, interval: [0.7081, 0.7187], n: 5, method: 't over replications' },
    timeAvailability: { value: 0.4412, interval: [0.4301, 0.4523], n: 5, method: 't over replications' },
    latency: latency(8_400, 61_000, 240_000),
    recovery: { value: 4_100_000, interval: [2_900_000, 5_300_000], n: 5, method: 't over replications' },
    unrecovered: 0,
    losses: [
      { cause: 'token-service-unavailable', application: 'intranet', count: 11_102 },
      { cause: 'sign-in-incomplete', application: 'intranet', count: 688 },
      { cause: 'undecided', application: 'intranet', count: 32 },
    ],
    idleFaults: [],
    faultHits: [],
    method: 'every-request',
  };
  const objectives = [
    judge('availability', 'availability', measurement.availability, 0.99),
    judge('recovery', 'recovery', measurement.recovery, 5_000_000),
  ];
  return {
    ...sampleSweep(),
    scenario: {
      name: 'token-outage',
      description: 'The token service is gone for 45 minutes while sessions live 60 to 90 minutes.',
      file: 'scenarios/token-outage.yaml',
      digest: hash(8),
    },
    engine: 'live',
    fidelity: 'L4',
    verdict: 'missed',
    objectives,
    measurement,
    cells: [
      {
        axes: {},
        planDigest: hash(9),
        behaviour: 'documented',
        n: 5,
        measurement,
        objectives,
        verdict: 'missed',
        cost: 2,
        perYear: false,
        arithmetic: null,
        eventHash: hash(10),
        perReplication: liveLosses,
        attainment: attainment(liveLosses, objectives, 0.95),
        sharedVariance: 0,
      },
    ],
    cheapest: null,
    asWritten: 0,
    comparisons: [],
    variant: 'Live variant: 15 s instead of 45 min.',
    axes: [],
    timeline: minutesTimeline(),
    eventHash: hash(11),
    stopReason: 'fixed',
    notes: [],
  };
}

/** Nothing was lost in any replication, one fault touched nothing, one seldom something: inconclusive. */
export function sampleClean(): RunResult {
  const live = sampleLive();
  const none: Estimate = { value: 1, interval: [0.9987, 1], n: 30, method: 'rule of three' };
  const measurement: Measurement = {
    ...live.measurement,
    ok: 41_250,
    failed: 0,
    unknown: 0,
    availability: none,
    timeAvailability: none,
    recovery: { value: null, interval: null, n: 0, method: 'none' },
    losses: [],
    idleFaults: ['connector crash on connector/paris/2'],
    faultHits: [
      { fault: 'connector crash on connector/paris/2', occurrences: 30, hit: 0 },
      { fault: 'connector hang on connector/paris/1', occurrences: 30, hit: 12 },
      { fault: 'site loss on site/paris', occurrences: 30, hit: 15 },
    ],
  };
  const objectives: ObjectiveVerdict[] = [
    {
      ...judge('availability', 'availability', none, 0.999),
      reason: 'the bound is below the limit; 2,970 more replications',
    },
    {
      name: 'recovery',
      kind: 'recovery',
      verdict: 'inconclusive',
      value: null,
      interval: null,
      limit: 5_000_000,
      n: 0,
      reason: 'no fault ended inside the run',
    },
  ];
  return {
    ...live,
    scenario: { ...live.scenario, name: 'baseline', file: 'scenarios/baseline.yaml' },
    verdict: 'inconclusive',
    objectives,
    measurement,
    cells: [
      {
        ...live.cells[0]!,
        n: 30,
        measurement,
        objectives,
        verdict: 'inconclusive',
        perReplication: Array.from({ length: 30 }, () => 0),
        attainment: attainment(new Array<number>(30).fill(0), objectives, 0.95),
      },
    ],
    timeline: null,
  };
}

/** 200 cells: 10 × 5 × 4. */
export function sampleWide(): RunResult {
  const wide: RunResult['axes'] = [
    { name: 'connectors per site', values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    { name: 'sites', values: [1, 2, 3, 4, 5] },
    { name: 'access token lifetime', values: ['15m', '1h', '8h', '24h'] },
  ];
  const cells = wide[0]!.values.flatMap((perSite, i) =>
    wide[1]!.values.flatMap((sites, j) =>
      wide[2]!.values.map((life, m) => ({
        ...cell(Number(sites), Number(perSite), m % 2 === 0 ? 'documented' : 'hardened', i * 20 + j * 4 + m),
        axes: { 'connectors per site': perSite, sites, 'access token lifetime': life },
      })),
    ),
  );
  const cheapest = cheapestOf(cells);
  const judged = cells[cheapest ?? 0]!;
  return {
    ...sampleSweep(),
    verdict: judged.verdict,
    objectives: judged.objectives,
    measurement: judged.measurement,
    cells,
    cheapest,
    asWritten: null,
    comparisons: comparisonsOf(cells, wide, cheapest ?? 0, null),
    axes: wide,
  };
}
