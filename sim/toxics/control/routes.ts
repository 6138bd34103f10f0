import type { ConditionValues } from '../condition-attributes.ts';
import type { EventHub } from '../events.ts';
import type { Leases } from '../leases.ts';
import type { ToxicProxy } from '../proxy.ts';
import type { ProxyTable } from '../proxy-table.ts';
import type { Toxic } from '../toxic.ts';
import { type Answer, json, METHOD_NOT_ALLOWED, NO_CONTENT, NOT_FOUND } from './answer.ts';
import { EXTENSION_ROUTES } from './extension-routes.ts';
import { ignoredFields, warningHeader } from './ignored-fields.ts';
import { encode, firstValue } from './json-body.ts';
import { type MetricsChoice, metricsAnswer } from './metrics.ts';
import { populate } from './populate.ts';
import { proxyChangeFromBody, proxyFromBody, proxyJson } from './proxy-body.ts';
import { resetAll } from './reset.ts';
import { settingsFromBody, toxicFields, toxicFromBody, toxicJson } from './toxic-body.ts';
import { ToxicsError } from './toxics-error.ts';

/** What handlers work on. */
export interface ControlState {
  readonly table: ProxyTable;
  readonly version: string;
  readonly metrics: MetricsChoice;
  readonly events: EventHub;
  readonly leases: Leases;
}

/** One request after routing; the body is read only by handlers that need it. */
export interface Call {
  readonly state: ControlState;
  /** Decoded path parts in the places of `*`. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
  body(): Promise<string>;
}

export type Handler = (call: Call) => Promise<Answer> | Answer;

export interface Route {
  /** Path parts; `*` matches any one part. */
  readonly path: readonly string[];
  /** By verb; `*` answers any. */
  readonly methods: Readonly<Record<string, Handler>>;
  /** Left out: always there. */
  exists?(state: ControlState): boolean;
}

function proxyOf(call: Call): ToxicProxy {
  return call.state.table.get(call.names[0] ?? '');
}

function toxicOf(call: Call): { proxy: ToxicProxy; toxic: Toxic } {
  const proxy = proxyOf(call);
  const toxic = proxy.toxicChain.find(call.names[1] ?? '');
  if (toxic === undefined) throw new ToxicsError(404, 'toxic not found');
  return { proxy, toxic };
}

async function createProxy(call: Call): Promise<Answer> {
  const request = proxyFromBody(firstValue(await call.body()));
  const { leases, table } = call.state;
  leases.mustKnowAll(request);
  const proxy = await table.add(request, () => leases.mustKnowAll(request));
  return json(201, proxyJson(proxy), warningHeader(request.ignored ?? []));
}

// Unknown names are told before the body is read, and looked up again after it: a DELETE may have come between.
async function updateProxy(call: Call): Promise<Answer> {
  proxyOf(call);
  const change = proxyChangeFromBody(firstValue(await call.body()));
  const proxy = proxyOf(call);
  await proxy.update(change);
  return json(200, proxyJson(proxy));
}

async function createToxic(call: Call): Promise<Answer> {
  proxyOf(call);
  const given = toxicFields(firstValue(await call.body()));
  const proxy = proxyOf(call);
  const toxic = toxicFromBody(given, proxy.toxicChain);
  call.state.leases.mustKnow(toxic.common.lease);
  await proxy.addToxic(toxic);
  return json(200, toxicJson(toxic), warningHeader(ignoredFields(given, toxic.definition)));
}

async function updateToxic(call: Call): Promise<Answer> {
  toxicOf(call);
  const given = toxicFields(firstValue(await call.body()));
  const { proxy, toxic } = toxicOf(call);
  const settings = settingsFromBody(given, toxic);
  call.state.leases.mustKnow((settings.attributes as ConditionValues).lease);
  toxic.settings = settings;
  await proxy.updateToxic(toxic);
  return json(200, toxicJson(toxic), warningHeader(ignoredFields(given, toxic.definition)));
}

const ROUTES: readonly Route[] = [
  {
    path: ['version'],
    methods: {
      GET: ({ state }) => ({
        status: 200,
        headers: { 'Content-Type': 'application/json;charset=utf-8' },
        body: `{"version": "${state.version}"}\n`,
      }),
    },
  },
  {
    path: ['proxies'],
    methods: {
      GET: ({ state }) => {
        const proxies = state.table.all().sort((a, b) => (a.name < b.name ? -1 : 1));
        // Not one object: that would put names that are numbers first.
        const fields = proxies.map((proxy) => `${encode(proxy.name)}:${encode(proxyJson(proxy))}`);
        return { ...json(200, {}), body: `{${fields.join(',')}}` };
      },
      POST: createProxy,
    },
  },
  {
    path: ['metrics'],
    exists: ({ metrics }) => metrics.proxy || metrics.runtime,
    methods: { '*': ({ state }) => metricsAnswer(state.table, state.metrics) },
  },
  { path: ['populate'], methods: { POST: populate } },
  { path: ['reset'], methods: { POST: ({ state }) => resetAll(state.table) } },
  {
    path: ['proxies', '*'],
    methods: {
      GET: (call) => json(200, proxyJson(proxyOf(call))),
      POST: updateProxy,
      PATCH: updateProxy,
      DELETE(call) {
        call.state.table.remove(proxyOf(call).name);
        return NO_CONTENT;
      },
    },
  },
  {
    path: ['proxies', '*', 'toxics'],
    methods: {
      GET: (call) => json(200, proxyOf(call).toxicChain.all().map(toxicJson)),
      POST: createToxic,
    },
  },
  {
    path: ['proxies', '*', 'toxics', '*'],
    methods: {
      GET: (call) => json(200, toxicJson(toxicOf(call).toxic)),
      POST: updateToxic,
      PATCH: updateToxic,
      async DELETE(call) {
        const { proxy, toxic } = toxicOf(call);
        await proxy.removeToxic(toxic);
        return NO_CONTENT;
      },
    },
  },
  ...EXTENSION_ROUTES,
];

/** A handler for the request, or the answer when there is none. */
export function route(
  state: ControlState,
  method: string,
  parts: readonly string[],
): { handler: Handler; names: string[] } | Answer {
  for (const { path: pattern, methods, exists } of ROUTES) {
    if (pattern.length !== parts.length || exists?.(state) === false) continue;
    if (!pattern.every((part, index) => (part === '*' ? parts[index] !== '' : part === parts[index]))) continue;
    const handler = Object.hasOwn(methods, method) ? methods[method] : methods['*'];
    if (handler === undefined) return METHOD_NOT_ALLOWED;
    return { handler, names: parts.filter((_, index) => pattern[index] === '*') };
  }
  return NOT_FOUND;
}
