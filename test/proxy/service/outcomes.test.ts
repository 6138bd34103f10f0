import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OriginResult, ResponseMessage } from '../../../proxy/host/message.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { hardened } from '../../../proxy/policy/behaviour.ts';
import { scriptedOrigin } from '../origins.ts';
import { ProxyRig, type RigOptions } from './proxy-rig.ts';

/**
 * The table every front must agree on: request, session state, state of the parts → outcome. Each row starts a proxy,
 * brings the parts into the state and asks once.
 */
interface Row {
  readonly title: string;
  readonly options?: RigOptions;
  readonly ask: (rig: ProxyRig) => Promise<ResponseMessage>;
  readonly status: number;
  readonly cause?: string;
}

const never = (): Promise<OriginResult> => new Promise(() => {});
const signedIn = (rig: ProxyRig): Promise<ResponseMessage> => rig.ask(rig.request('/a'));

const rows: readonly Row[] = [
  { title: 'valid session, connector up', ask: signedIn, status: 200 },
  { title: 'no session', ask: (rig) => rig.ask(rig.request('/a', [])), status: 302, cause: 'sign-in' },
  {
    title: 'session ended',
    ask: (rig) => rig.ask(rig.request('/a', [['cookie', rig.sessionCookie(-1)]])),
    status: 302,
    cause: 'sign-in',
  },
  {
    title: 'tampered session',
    ask: (rig) => rig.ask(rig.request('/a', [['cookie', `${rig.sessionCookie(9e6).slice(0, -2)}xx`]])),
    status: 302,
    cause: 'sign-in',
  },
  {
    title: 'two session cookies',
    ask: (rig) => rig.ask(rig.request('/a', [['cookie', `${rig.sessionCookie(9e6)}; ${rig.sessionCookie(9e6)}`]])),
    status: 400,
    cause: 'bad-request',
  },
  {
    title: 'no session, token service down',
    options: { tokenService: false },
    ask: (rig) => rig.ask(rig.request('/a', [])),
    status: 503,
    cause: 'token-service-unavailable',
  },
  { title: 'valid session, token service down', options: { tokenService: false }, ask: signedIn, status: 200 },
  {
    title: 'pass-through needs no session',
    options: { application: { preAuthentication: 'pass-through' } },
    ask: (rig) => rig.ask(rig.request('/a', [])),
    status: 200,
  },
  {
    title: 'unknown host',
    ask: (rig) => rig.ask({ ...rig.request('/a'), host: 'other.example' }),
    status: 404,
    cause: 'not-found',
  },
  {
    title: 'path that means two things',
    ask: (rig) => rig.ask(rig.request('/a/..%2fb')),
    status: 400,
    cause: 'bad-request',
  },
  {
    title: 'Connection names a protected field',
    ask: (rig) =>
      rig.ask(
        rig.request('/a', [
          ['connection', 'x-forwarded-for'],
          ['cookie', rig.sessionCookie(9e6)],
        ]),
      ),
    status: 400,
    cause: 'bad-request',
  },
  { title: 'no connector ever', options: { connectors: 0 }, ask: signedIn, status: 504, cause: 'no-connector' },
  {
    title: 'the only connector died before',
    ask: async (rig) => {
      await rig.connectors[0]?.stop();
      await rig.until(() => rig.service.metrics().tunnels === 0);
      return signedIn(rig);
    },
    status: 504,
    cause: 'no-connector',
  },
  {
    title: 'the connector dies under the request',
    options: { origin: scriptedOrigin(never) },
    ask: async (rig) => {
      const answer = signedIn(rig);
      await rig.until(() => rig.connectors[0]?.inFlight === 1);
      await rig.connectors[0]?.stop();
      return answer;
    },
    status: 502,
    cause: 'connector-lost',
  },
  {
    title: 'the connector freezes under the request, 5 s detection shortened to 300 ms',
    options: {
      origin: scriptedOrigin(never),
      behaviour: {
        detection: { onClose: true, pingInterval: ms(50), suspectAfter: undefined, deadAfter: ms(300) },
      },
    },
    ask: async (rig) => {
      const answer = signedIn(rig);
      await rig.until(() => rig.connectors[0]?.inFlight === 1);
      rig.network.silence('connector/paris/1');
      return answer;
    },
    status: 502,
    cause: 'connector-lost',
  },
  {
    title: 'backend refuses',
    options: { origin: scriptedOrigin(async () => ({ kind: 'unreachable', detail: 'refused' })) },
    ask: signedIn,
    status: 502,
    cause: 'backend-unreachable',
  },
  {
    title: 'backend answers nonsense',
    options: { origin: scriptedOrigin(async () => ({ kind: 'broken', detail: 'bad status line' })) },
    ask: signedIn,
    status: 502,
    cause: 'backend-unreachable',
  },
  {
    title: 'backend too slow',
    options: {
      application: { backendTimeout: ms(100) },
      origin: scriptedOrigin(
        (_url, _request, cancel) =>
          new Promise((resolve) => cancel.onCancel(() => resolve({ kind: 'broken', detail: 'aborted' }))),
      ),
    },
    ask: signedIn,
    status: 504,
    cause: 'backend-timeout',
  },
  {
    title: 'application error is the application’s own answer',
    options: {
      origin: scriptedOrigin(async () => ({ kind: 'answer', response: { status: 500, headers: [], body: undefined } })),
    },
    ask: signedIn,
    status: 500,
  },
  {
    title: 'over the application’s throttle',
    options: { throttle: { perApplication: 1, tenant: 750 } },
    ask: async (rig) => {
      let last = await signedIn(rig);
      for (let i = 0; i < 5 && last.status === 200; i++) last = await signedIn(rig);
      return last;
    },
    status: 429,
    cause: 'throttled',
  },
  {
    title: 'connector at its cap, queue time over',
    options: {
      connector: { maxConcurrent: 1 },
      behaviour: { queue: { perApplication: 10, timeout: ms(100) } },
      origin: scriptedOrigin(never),
    },
    ask: async (rig) => {
      void signedIn(rig);
      await rig.until(() => rig.connectors[0]?.inFlight === 1);
      return signedIn(rig);
    },
    status: 503,
    cause: 'overload',
  },
  {
    title: 'hardened: a refused backend is tried through another connector, then reported',
    options: {
      connectors: 2,
      behaviour: { ...hardened, connectorWait: seconds(1) },
      origin: scriptedOrigin(async () => ({ kind: 'unreachable', detail: 'refused' })),
    },
    ask: signedIn,
    status: 502,
    cause: 'backend-unreachable',
  },
];

for (const row of rows) {
  test(`${row.title}: ${row.status} ${row.cause ?? 'from the application'}`, async () => {
    const rig = await ProxyRig.start(row.options);
    try {
      const response = await row.ask(rig);
      assert.is(response.status, row.status);
      assert.is(response.proxyCause, row.cause);
    } finally {
      await rig.stop();
    }
  });
}

test.run();
