import { z } from 'zod';
import { lossCauses } from '../history/history.ts';
import { estimate, measurement } from './measurement-schema.ts';
import type { RunResult } from './result.ts';

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const verdict = z.enum(['met', 'missed', 'inconclusive']);
const axisValue = z.union([z.string(), z.number()]);

const objective = z.strictObject({
  name: z.string(),
  kind: z.enum(['availability', 'latency', 'recovery']),
  verdict,
  value: z.number().nullable().describe('Share, or microseconds.'),
  interval: estimate.shape.interval,
  limit: z.number(),
  n: count,
  reason: z.string().describe('Why, when it is inconclusive; else empty.'),
});

const cell = z.strictObject({
  axes: z.record(z.string(), axisValue),
  planDigest: hash,
  behaviour: z.string(),
  n: count.describe('Replications.'),
  measurement,
  objectives: z.array(objective),
  verdict,
  cost: z.number().min(0),
  perYear: z
    .boolean()
    .default(false)
    .describe('Nothing is staged and the run is long: losses may be told as time in a year.'),
  arithmetic: z
    .strictObject({
      independent: share,
      allDown: share.default(0).describe('The part of `independent` in which no connector is left.'),
      staged: share
        .default(0)
        .describe('What the scheduled faults alone add to `independent`: sure to be in every replication.'),
      sharedFloor: share,
      stagedFloor: share.default(0).describe('What the scheduled faults alone add to `sharedFloor`.'),
      sharedParts: z.array(z.string()).describe('What sets the floor: targets of faults, largest share first.'),
      sharedBy: z
        .record(z.string(), z.array(z.string()))
        .default({})
        .describe('Of the shared parts that not every application needs: which applications do.'),
    })
    .nullable()
    .describe('Unavailability by independent-failure arithmetic, and the floor that shared parts set.'),
  eventHash: z.string(),
  perReplication: z
    .array(share.nullable())
    .describe('Unavailability of each replication; null of one that sent no request.'),
  attainment: z
    .strictObject({ limit: share, met: count, n: count, interval: z.tuple([share, share]) })
    .nullable()
    .describe(
      'Replications that met the objective for availability on their own, and the share of such replications that would.',
    ),
  sharedVariance: z.number().min(0),
});

const comparison = z.strictObject({
  cell: count.describe('Index into cells of the other one.'),
  n: count.describe('Replications both have.'),
  change: z.number().describe('Unavailability of the other minus that of the cell spoken of; above zero loses more.'),
  interval: estimate.shape.interval.describe('Wide enough for all comparisons of the sweep together.'),
  verdict: z.enum(['worse', 'better', 'no proven change']),
});

const lanes = z.array(
  z.strictObject({
    part: z.string(),
    bars: z.array(z.strictObject({ kind: z.string(), letter: z.string(), from: z.number(), to: z.number() })),
  }),
);

const span = { from: z.number(), to: z.number(), requests: z.number().min(0), lost: z.number().min(0) };

const wholeRun = z
  .strictObject({
    seconds: z.number().positive(),
    lanes,
    spans: z.array(z.strictObject(span)),
    requests: z.number().min(0),
    lostElsewhere: z.number().min(0),
    moreFaults: count,
    beforeCut: z
      .strictObject({
        episodes: z.array(z.strictObject({ ...span, faults: z.array(z.string()) })),
        lostElsewhere: z.number().min(0),
        byFault: z.array(z.strictObject({ faults: z.string(), lost: z.number().min(0) })),
      })
      .optional()
      .describe('What is told in words where lanes or spans leave something out.'),
  })
  .describe('The whole of a long replication, of which points show the worst episode.');

const timeline = z.strictObject({
  cell: count,
  replication: count,
  bucketSeconds: z.number().positive(),
  points: z.array(
    z.strictObject({
      at: z.number(),
      ok: z.number().min(0),
      failed: z.number().min(0),
      unknown: z.number().min(0),
      p50: z.number().nullable(),
      p99: z.number().nullable(),
    }),
  ),
  lanes,
  from: z
    .number()
    .min(0)
    .describe('Seconds from the start of the run to the first point; times of points and lanes count from there.'),
  whole: wholeRun.nullable(),
});

/**
 * The form of `result.json`, published for tools that read it. A new member of RunResult that is missing here does not
 * compile; minor versions of Holdfast add members, `schemaVersion` changes when one changes its meaning.
 */
export const resultSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('holdfast'), version: z.string() }),
  scenario: z.strictObject({ name: z.string(), description: z.string(), file: z.string(), digest: hash }),
  engine: z.enum(['virtual', 'live']),
  fidelity: z.enum(['L1', 'L2', 'L4']),
  behaviour: z.string(),
  seed: z.string(),
  confidence: share,
  verdict,
  objectives: z.array(objective),
  measurement,
  cells: z.array(cell).min(1),
  cheapest: count
    .nullable()
    .describe('Index into cells of the cheapest that meets all objectives; at equal cost the one that served most.'),
  asWritten: count
    .nullable()
    .describe('Index into cells of the configuration that the scenario states; null: the sweep leaves it out.'),
  comparisons: z
    .array(comparison)
    .describe('Other cells against the one the result speaks of, paired over the same replications.'),
  variant: z.string().describe('How the form that ran differs from the scenario; empty: it does not.'),
  axes: z.array(z.strictObject({ name: z.string(), values: z.array(axisValue) })),
  timeline: timeline.nullable(),
  contrast: timeline
    .nullable()
    .optional()
    .describe('The same replication with another configuration, which did worse: the one as written, else the worst.'),
  eventHash: z.string(),
  stopReason: z.enum(['precision', 'decided', 'budget', 'fixed', 'interrupted']),
  notes: z.array(z.string()),
}) satisfies z.ZodType<RunResult>;

/** JSON Schema (draft 7) of `result.json`. */
export function resultJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(resultSchema, { target: 'draft-7', reused: 'ref' });
  return { ...schema, title: 'Holdfast result', $comment: `loss causes: ${lossCauses.join(', ')}` };
}
