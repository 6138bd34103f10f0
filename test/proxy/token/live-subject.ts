import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { EpochMs } from '../../../proxy/host/units.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { liveIdentityPort } from '../../../proxy/node/identity/live-port.ts';
import { tokenServiceSchema } from '../../../proxy/node/identity/token-config.ts';
import { startTokenService } from '../../../proxy/node/identity/token-service.ts';
import type { TokenFault } from '../../../proxy/token/faults.ts';
import { Browser } from '../node/identity/browser.ts';
import type { Condition, Subject } from './exercise.ts';
import { Relay } from './relay.ts';

/** Long enough for a busy machine to answer in, short enough to wait for. */
export const deadlineMs = 4000;

/** The faults that conditions mean, where the service makes them itself. */
export function faultOf(condition: Condition): TokenFault | undefined {
  switch (condition) {
    case 'slow':
      return { kind: 'slow', added: ms(20) };
    case 'slower than the deadline':
      return { kind: 'slow', added: ms(deadlineMs + 200) };
    case 'errors 500':
      return { kind: 'errors', rate: 1, status: 500, retryAfter: null };
    case 'errors 503':
      return { kind: 'errors', rate: 1, status: 503, retryAfter: null };
    case 'throttled 429':
      return { kind: 'errors', rate: 1, status: 429, retryAfter: seconds(17) };
    case 'malformed':
      return { kind: 'malformed' };
    case 'wrong keys':
      return { kind: 'wrong-keys' };
    case 'outage':
      return { kind: 'outage' };
    case 'frozen':
      return { kind: 'frozen' };
    default:
      return undefined;
  }
}

/** A real token service behind a relay, as a subject. */
export async function liveSubject(): Promise<Subject & { close(): Promise<void> }> {
  const relay = new Relay();
  await relay.listen();
  const issuer = `http://127.0.0.1:${relay.port}`;
  const service = await startTokenService(
    tokenServiceSchema.parse({
      issuer,
      redirectUris: ['https://shop.contoso.com/.holdfast/callback'],
      anyUser: true,
      directSignIn: true,
    }),
  );
  relay.to(service.port);
  const port = liveIdentityPort({ issuer, clientId: 'holdfast', clientSecret: undefined, ca: undefined });
  const timers = new Set<NodeJS.Timeout>();
  return {
    port,
    wall: () => Date.now() as EpochMs,
    deadline() {
      const cancel = new CancelSource();
      timers.add(setTimeout(() => cancel.cancel('timeout'), deadlineMs));
      return cancel;
    },
    async authorize(url, user) {
      const abort = AbortSignal.timeout(deadlineMs);
      try {
        const answer = await new Browser().go(`${url}&holdfast_user=${user}`, undefined, abort);
        await answer.body?.cancel();
        const code = new URL(answer.headers.get('location') ?? issuer).searchParams.get('code');
        return code === null ? { instead: answer.status === 200 ? 'malformed' : `status ${answer.status}` } : { code };
      } catch {
        return { instead: abort.aborted ? 'timeout' : 'unreachable' };
      }
    },
    async bring(condition) {
      if (condition === 'outage') {
        await relay.refuse();
        // The connections that were kept have ended: let their owner, in this process, see it before it uses one.
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        return () => relay.listen();
      }
      if (condition === 'frozen') {
        relay.hold();
        return async () => relay.release();
      }
      if (condition.startsWith('rolled')) await service.rollKeys(condition === 'rolled, old key kept');
      const fault = faultOf(condition);
      const handle = fault === undefined ? undefined : service.fault(fault);
      return async () => handle?.heal();
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await relay.refuse();
      await port.close();
      await service.close();
    },
  };
}
