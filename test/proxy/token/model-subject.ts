import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { Clock } from '../../../proxy/host/clock.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import { micros, ms } from '../../../proxy/host/units.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';
import type { Exchange, IdentityPort } from '../../../proxy/token/identity-port.ts';
import { TokenServiceModel } from '../../../proxy/token/model.ts';
import { ManualClock } from '../manual-clock.ts';
import type { Subject } from './exercise.ts';
import { deadlineMs, faultOf } from './live-subject.ts';

/** The model as a subject: every exchange runs until it is over, in virtual time. */
export function modelSubject(): Subject {
  const clock = new ManualClock();
  const model = new TokenServiceModel(clock as Clock, seededRandom('model'), nodeCrypto('model'), {
    exchangeTime: ms(5),
  });
  const port = model.port();
  const over = <T>(exchange: Promise<Exchange<T>>): Promise<Exchange<T>> => clock.until(exchange);
  const deadline = (): CancelSource => {
    const cancel = new CancelSource();
    clock.timeout(micros(deadlineMs * 1000), () => cancel.cancel('timeout'));
    return cancel;
  };
  const wrapped: IdentityPort = {
    ...port,
    metadata: (cancel) => over(port.metadata(cancel)),
    keys: (metadata, cancel) => over(port.keys(metadata, cancel)),
    redeem: (...given) => over(port.redeem(...given)),
    refresh: (...given) => over(port.refresh(...given)),
  };
  return {
    port: wrapped,
    wall: () => clock.wall(),
    deadline,
    async authorize(url, user) {
      const there = await clock.until(model.authorize(url, user, deadline()));
      if (there.kind === 'callback') return { code: new URL(there.url).searchParams.get('code') as string };
      return { instead: there.status === undefined ? there.detail : `status ${there.status}` };
    },
    async bring(condition) {
      if (condition.startsWith('rolled')) model.keys.roll(condition === 'rolled, old key kept');
      const fault = faultOf(condition);
      const handle = fault === undefined ? undefined : model.fault(fault);
      return async () => handle?.heal();
    },
  };
}
