import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../proxy/host/random.ts';
import { Kernel } from '../../../sim/virtual/kernel.ts';
import { Life } from '../../../sim/virtual/life.ts';
import { Link } from '../../../sim/virtual/link.ts';
import { UserExchange } from '../../../sim/virtual/user-exchange.ts';
import { tenMs } from './small-world.ts';

/** A door whose service answers at once, and users who come to it one after the other. */
function door() {
  const kernel = new Kernel();
  const link = new Link(kernel, tenMs, seededRandom('door'));
  let served = 0;
  const service = {
    serve: (_request: unknown, _cancel: unknown, taker: { take(response: object): void }) => {
      served += 1;
      taker.take({ status: 200, headers: [], body: undefined });
    },
  };
  const at = { link, life: new Life(), service: service as never, open: [] };
  const answers: string[] = [];
  const come = (ordinal: number): UserExchange => {
    const request = { method: 'GET', host: '', target: '/', headers: [], body: undefined, clientAddress: '' };
    const exchange = new UserExchange(kernel, at, request, ordinal, ({ kind }) =>
      answers.push(`${kernel.now / 1000} ${kind}`),
    );
    exchange.begin();
    return exchange;
  };
  return { kernel, link, answers, come, served: () => served };
}

test('a silence keeps a request until it ends, and forgets that of a user who gave up', async () => {
  const { kernel, link, answers, come, served } = door();
  const silence = link.install({ kind: 'partition' });
  const patient = come(0);
  for (let user = 1; user <= 1_000; user++) come(2 * user).giveUp();
  assert.is(link.holding, 1);
  assert.is(silence.hits, 1_001, 'all of them met it');
  await kernel.run(5_000_000);
  link.remove(silence);
  await kernel.run(10_000_000);
  assert.is(served(), 1);
  assert.equal(answers.slice(1_000), ['5020 answer']);
  patient.giveUp();
  assert.is(answers.length, 1_001, 'it was answered');
});

test.run();
