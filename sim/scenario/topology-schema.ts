import { z } from 'zod';
import { documentedLimits } from '../../proxy/policy/throttle.ts';
import { byteRate, duration } from '../faults/quantity-schema.ts';

/** A name that selectors, files and host names can carry. Starts with a letter, so that objects keep their order. */
export const identifier = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,62}$/,
    'must start with a letter and hold only letters, digits, - and _ (at most 63)',
  );

/**
 * A site's name. Its connectors are called `connector/<site>/<n>`, which is the name in their certificates, and those end
 * at 64 characters (ub-common-name, RFC 5280 appendix A): 50 leave room for 999 connectors.
 */
const siteName = identifier.max(
  50,
  'is too long for a site: at most 50 characters, because certificates name connectors connector/<site>/<n> in at most 64',
);

/** What a tunnel carries at most (STREAMS_MAX of the protocol); a connector that offers more is refused by the service. */
const streamsMax = 65_535;

const whole = (least: number, most: number) => z.int().min(least).max(most);

const link = (latency: string, jitter: string) =>
  z
    .strictObject({
      latency: duration().prefault(latency).describe('One way, per message.'),
      jitter: duration()
        .prefault(jitter)
        .describe('Added one way, uniform between 0 and this; a live run counts in whole milliseconds.'),
      bandwidth: byteRate()
        .nullable()
        .default(null)
        .describe(
          'Of each connection in each direction, not of all together: a connector keeps several tunnels; a live run counts in whole kB/s. null: unlimited.',
        ),
    })
    .prefault({});

const site = z.strictObject({
  link: link('10ms', '2ms').describe('Connectors of the site to the proxy service.'),
  backendLink: link('500us', '0s').describe('Connectors of the site to the applications.'),
  egress: identifier
    .optional()
    .describe('Outbound path the connectors leave through; sites that name the same one share it. Default: the site.'),
});

const group = z.strictObject({
  connectors: z
    .record(siteName, whole(0, 50))
    .describe(
      'Number of connectors by site; they are called <site>/1, <site>/2, … Groups at one site take turns: of two, the first has <site>/1, <site>/3, …, the second <site>/2, <site>/4, …',
    ),
  cores: whole(1, 128).default(4).describe('Per connector.'),
  requestsPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Rated throughput per connector. Default by cores, as documented: 2 586, 4 1150, 8 1190, 16 1200.'),
  demand: z.enum(['exponential', 'constant']).default('exponential').describe('Distribution of the processor time.'),
  maxConcurrent: whole(1, streamsMax)
    .default(200)
    .describe('Requests at once, dispatch to last byte (documented: 200).'),
  maxQueue: whole(0, 100_000).default(200).describe('Requests waiting for a core; beyond it the connector refuses.'),
  tunnels: whole(1, 64).default(4).describe('Connections each connector keeps, spread over the service instances.'),
  restartDelay: duration()
    .prefault('5s')
    .describe(
      'From the end of a crash until the connector dials its tunnels again; a live run adds what a process takes to start.',
    ),
  reconnect: z
    .strictObject({
      base: duration('1ms').prefault('1s'),
      cap: duration('1ms').prefault('30s'),
    })
    .prefault({})
    .describe('Delay before a lost tunnel is dialled again: base, doubling with full jitter up to cap.'),
});

export const topologySchema = z.strictObject({
  instances: whole(1, 50).default(2).describe('Instances of the proxy service.'),
  frontDoor: z
    .strictObject({
      probeInterval: duration('1ms').prefault('5s'),
      unhealthyAfter: duration().prefault('10s').describe('A silent instance gets no new users after this.'),
    })
    .prefault({})
    .describe('Spreads users over the instances.'),
  userLink: link('10ms', '2ms').describe('Users to the service.'),
  tokenLink: link('5ms', '1ms').describe('Service and users to the token service.'),
  sites: z.record(siteName, site).describe('Where connectors stand, in order: the axis "sites" keeps the first n.'),
  connectorGroups: z
    .record(identifier, group)
    .describe('The unit of redundancy: an application belongs to one group, a connector to one group.'),
});

export const throttleSchema = z
  .union([
    z.literal('none'),
    z.strictObject({
      perApplication: z.number().positive().default(documentedLimits.perApplication),
      tenant: z.number().positive().default(documentedLimits.tenant),
    }),
  ])
  .prefault({})
  .describe(
    `Requests a second all instances together let through, an equal share each; over it 429 (documented: ${documentedLimits.perApplication} per application, ${documentedLimits.tenant} per tenant).`,
  );
