import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DirectoryModel } from '../../../proxy/directory/model.ts';
import { TicketCache } from '../../../proxy/directory/ticket-cache.ts';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import { hours, micros, minutes, ms, seconds } from '../../../proxy/host/units.ts';
import { ManualClock } from '../manual-clock.ts';

function setup(controllers = 2, limit = 1000) {
  const clock = new ManualClock();
  const directory = new DirectoryModel(clock, seededRandom('d'), { controllers });
  const cache = new TicketCache(directory, clock, { limit, network: () => ms(2) });
  const get = (user: string, application = 'shop') =>
    clock.until(Promise.resolve(cache.ticketFor(user, application, new CancelSource())));
  return { clock, directory, cache, get };
}

test('a ticket is asked for once per user and application, shared by those who wait, and lasts ten hours', async () => {
  const { clock, directory, cache, get } = setup();
  assert.equal(await Promise.all([get('ada'), get('ada')]), ['ok', 'ok']);
  assert.is(directory.issued, 1);
  assert.is(clock.now(), 12_000);
  assert.is(cache.ticketFor('ada', 'shop', new CancelSource()), 'ok');
  await get('ada', 'hr');
  await get('bob');
  assert.is(directory.issued, 3);
  await clock.pass(hours(10) + 12_000 - clock.now() - 1);
  assert.is(cache.ticketFor('ada', 'shop', new CancelSource()), 'ok');
  await clock.pass(1);
  assert.is.not(cache.ticketFor('ada', 'shop', new CancelSource()), 'ok');
});

test('with one controller down tickets come later, with all down not at all, and then fail at once for 45 s', async () => {
  const { clock, directory, get } = setup(2);
  const one = directory.down(0);
  for (const user of ['a', 'b', 'c', 'd', 'e', 'f']) assert.is(await get(user), 'ok');
  assert.ok(one.hits() > 0);
  assert.ok(clock.now() >= 1_000_000, 'a second was lost on the dead one');
  const all = directory.down();
  const before = clock.now();
  assert.is(await get('g'), 'unavailable');
  assert.is(clock.now() - before, 2_000_000);
  const hits = all.hits();
  all.heal();
  one.heal();
  assert.is(await get('h'), 'unavailable');
  assert.is(clock.now() - before, 2_000_000, 'at once');
  assert.is(all.hits(), hits);
  assert.is(await get('a'), 'ok', 'what is cached goes on');
  await clock.pass(seconds(45));
  assert.is(await get('h'), 'ok');
});

test('clocks five minutes apart are fine, more is refused, without a negative cache', async () => {
  const connector = new ManualClock();
  const clock = new ManualClock();
  const directory = new DirectoryModel(clock, seededRandom('d'), { issueTime: micros(0) });
  const cache = new TicketCache(directory, connector);
  const ask = (user: string) => clock.until(Promise.resolve(cache.ticketFor(user, 'shop', new CancelSource())));
  connector.skew = minutes(5) / 1000;
  assert.is(await ask('a'), 'ok');
  connector.skew = -minutes(5) / 1000 - 1;
  assert.is(await ask('b'), 'unavailable');
  connector.skew = 0;
  assert.is(await ask('b'), 'ok');
});

test('giving up does not spoil the ticket for others', async () => {
  const { clock, cache } = setup();
  const cancel = new CancelSource();
  const first = cache.ticketFor('ada', 'shop', cancel);
  const second = cache.ticketFor('ada', 'shop', new CancelSource());
  cancel.cancel('gone');
  assert.is(await first, 'unavailable');
  assert.is(await clock.until(Promise.resolve(second)), 'ok');
});

test('law: the cache is bounded and a seeded ticket lives exactly the rest of its life', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat(40)),
      fc.nat(36_000),
      async (limit, users, age) => {
        const { clock, cache } = setup(1, limit);
        for (const user of users) {
          cache.seed(`u${user}`, 'shop', seconds(age));
          assert.ok(cache.size <= limit);
        }
        if (users.length === 0 || age === 36_000) return;
        const last = `u${users.at(-1)}`;
        await clock.pass(seconds(36_000 - age) - 1);
        assert.is(cache.ticketFor(last, 'shop', new CancelSource()), 'ok');
        await clock.pass(1);
        assert.is.not(cache.ticketFor(last, 'shop', new CancelSource()), 'ok');
      },
    ),
  );
});

test.run();
