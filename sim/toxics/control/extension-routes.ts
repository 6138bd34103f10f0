import { CONDITION_ATTRIBUTES } from '../condition-attributes.ts';
import type { ToxicProxy } from '../proxy.ts';
import { TOXIC_TYPES } from '../registry.ts';
import { type Answer, json, NO_CONTENT } from './answer.ts';
import { eventStream } from './event-stream.ts';
import { fields, firstValue, numberField } from './json-body.ts';
import type { Call, Route } from './routes.ts';

function capabilities({ state }: Call): Answer {
  return json(200, {
    server: 'holdfast',
    toxiproxy: state.version,
    types: TOXIC_TYPES.map((definition) => definition.type),
    attributes: Object.keys(CONDITION_ATTRIBUTES),
    features: ['toxics-on-create', 'lease', 'events', 'live-metrics', 'seed'],
  });
}

/** What the compatible API does not show: counters of a proxy and of each toxic. */
function counters(proxy: ToxicProxy): object {
  return {
    name: proxy.name,
    open_connections: proxy.open,
    accepted_connections: proxy.accepted,
    traffic: proxy.traffic,
    toxics: proxy.toxicChain.all().map((toxic) => ({
      name: toxic.name,
      type: toxic.definition.type,
      sleeping: toxic.sleeping,
      connections_hit: toxic.hits,
    })),
  };
}

async function openLease(call: Call): Promise<Answer> {
  const body = fields(firstValue(await call.body()), 'lease');
  return json(201, call.state.leases.open(numberField(body, 'ttl_ms', 0)));
}

/** Routes the real server does not have, all under one prefix of our own. */
export const EXTENSION_ROUTES: readonly Route[] = [
  { path: ['holdfast', 'capabilities'], methods: { GET: capabilities } },
  { path: ['holdfast', 'events'], methods: { GET: eventStream } },
  {
    path: ['holdfast', 'proxies'],
    methods: { GET: ({ state }) => json(200, state.table.all().map(counters)) },
  },
  {
    // The only way to reach a proxy whose name holds a slash.
    path: ['holdfast', 'proxies', '*'],
    methods: {
      GET: ({ state, names }) => json(200, counters(state.table.get(names[0] ?? ''))),
      DELETE({ state, names }) {
        state.table.remove(names[0] ?? '');
        return NO_CONTENT;
      },
    },
  },
  { path: ['holdfast', 'leases'], methods: { POST: openLease } },
  {
    path: ['holdfast', 'leases', '*'],
    methods: {
      POST: ({ state, names }) => json(200, state.leases.renew(names[0] ?? '')),
      async DELETE({ state, names }) {
        await state.leases.end(names[0] ?? '');
        return NO_CONTENT;
      },
    },
  },
];
