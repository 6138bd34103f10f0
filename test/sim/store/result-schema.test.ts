import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Estimate, Measurement } from '../../../sim/measure/measurement.ts';
import type { CellResult, RunResult } from '../../../sim/store/result.ts';
import { resultJsonSchema, resultSchema } from '../../../sim/store/result-schema.ts';

const hash = 'ab'.repeat(32);
const estimate: Estimate = { value: 0.999, interval: [0.998, 0.9995], n: 10, method: 't over replications' };
const nothing: Estimate = { value: null, interval: null, n: 0, method: 'none' };
const measurement: Measurement = {
  requests: 1000,
  ok: 999,
  failed: 0.5,
  unknown: 0.5,
  availability: estimate,
  timeAvailability: estimate,
  latency: { p50: estimate, p99: estimate, p999: nothing },
  recovery: nothing,
  unrecovered: 0,
  losses: [{ cause: 'connector-lost', application: 'shop', count: 0.5 }],
  idleFaults: [],
  faultHits: [{ fault: 'connector crash on connector/paris/1', occurrences: 2.5, hit: 2 }],
  method: 'episodes',
};
const cell: CellResult = {
  axes: { sites: 1, behaviour: 'documented' },
  planDigest: hash,
  behaviour: 'documented',
  n: 10,
  measurement,
  objectives: [],
  verdict: 'met',
  cost: 2,
  perYear: true,
  arithmetic: {
    independent: 0.0001,
    allDown: 0.0001,
    staged: 0,
    sharedFloor: 0,
    stagedFloor: 0,
    sharedParts: ['egress/wan'],
    sharedBy: { 'egress/wan': ['shop'] },
  },
  eventHash: hash,
  perReplication: [0.001, 0],
  attainment: { limit: 0.999, met: 1, n: 2, interval: [0.01, 0.99] },
  sharedVariance: 0,
};
const result: RunResult = {
  schemaVersion: 1,
  tool: { name: 'holdfast', version: '0.1.0' },
  scenario: { name: 's', description: '', file: 's.yaml', digest: hash },
  engine: 'virtual',
  fidelity: 'L1',
  behaviour: 'documented',
  seed: 'holdfast',
  confidence: 0.95,
  verdict: 'met',
  objectives: [
    {
      name: 'availability',
      kind: 'availability',
      verdict: 'met',
      value: 1,
      interval: null,
      limit: 0.9,
      n: 1,
      reason: '',
    },
  ],
  measurement,
  cells: [cell],
  cheapest: 0,
  asWritten: 0,
  comparisons: [{ cell: 0, n: 10, change: -0.001, interval: [-0.002, 0], verdict: 'no proven change' }],
  variant: '',
  axes: [{ name: 'sites', values: [1] }],
  timeline: {
    cell: 0,
    replication: 0,
    bucketSeconds: 1,
    points: [{ at: 0, ok: 1, failed: 0, unknown: 0, p50: 20_000, p99: null }],
    lanes: [{ part: 'connector/a/1', bars: [{ kind: 'connector crash', letter: 'C', from: 1, to: 2 }] }],
    from: 3600,
    whole: {
      seconds: 86_400,
      lanes: [{ part: 'connector/a/1', bars: [{ kind: 'connector crash', letter: 'C', from: 3601, to: 3602 }] }],
      spans: [{ from: 3600, to: 3700, requests: 1000, lost: 12.5 }],
      requests: 864_000,
      lostElsewhere: 0,
      moreFaults: 0,
    },
  },
  eventHash: hash,
  stopReason: 'precision',
  notes: [],
};

const validate = new Ajv({ strict: false }).compile(resultJsonSchema());

test('a result passes the schema, in zod and as JSON Schema, and comes out unchanged', () => {
  assert.equal(resultSchema.parse(JSON.parse(JSON.stringify(result))), result);
  assert.ok(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors));
});

test('what is no result is refused', () => {
  const wrong = [
    { ...result, schemaVersion: 2 },
    { ...result, surprise: 1 },
    { ...result, cells: [] },
    { ...result, measurement: { ...measurement, losses: [{ cause: 'gremlins', application: 'shop', count: 1 }] } },
  ];
  for (const one of wrong) {
    assert.not(resultSchema.safeParse(one).success);
    assert.not(validate(one));
  }
});

test.run();
