import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Host } from '../../../proxy/host/host.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import { throughLife } from '../../../sim/virtual/through-life.ts';
import { SmallWorld } from './small-world.ts';

test('a crash drops timers, sleeps and promises; a restart runs main again with the same store', async () => {
  const world = new SmallWorld();
  const seen: string[] = [];
  const part = world.part('node', async (host: Host) => {
    const boots = Number(host.store.get('boots') ?? 0) + 1;
    host.store.set('boots', String(boots));
    host.clock.timeout(seconds(2), () => seen.push(`timer of boot ${boots}`));
    await host.clock.sleep(seconds(2));
    seen.push(`sleep of boot ${boots}`);
  });
  world.at(1_000, () => part.kill());
  world.at(5_000, () => part.start());
  await world.run(10_000);
  assert.equal(seen, ['timer of boot 2', 'sleep of boot 2']);
  assert.equal(
    world.states.filter((line) => line.includes('node')),
    ['0 node up', '1000000 node down', '5000000 node up'],
  );
});

test('a frozen process fires its late timers on thaw, each in an event of its own, then goes on', async () => {
  const world = new SmallWorld();
  const seen: string[] = [];
  const part = world.part('node', async (host: Host) => {
    for (let beat = 1; ; beat++) {
      await host.clock.sleep(ms(500));
      seen.push(`${host.clock.now() / 1000} beat ${beat}`);
    }
  });
  world.at(700, () => part.freeze());
  world.at(2_000, () => part.thaw());
  await world.run(3_000);
  assert.equal(seen, ['500 beat 1', '2000 beat 2', '2500 beat 3', '3000 beat 4']);
});

test('a frozen process that is killed wakes nothing', async () => {
  const world = new SmallWorld();
  const seen: string[] = [];
  const part = world.part('node', async (host: Host) => {
    await host.clock.sleep(ms(500));
    seen.push('woke');
  });
  world.at(100, () => part.freeze());
  world.at(1_000, () => {
    part.kill();
    part.thaw();
  });
  await world.run(3_000);
  assert.equal(seen, []);
});

test('an answer from outside waits for the thaw, and never reaches a dead life', async () => {
  const world = new SmallWorld();
  const seen: string[] = [];
  const part = world.part('node', async () => {});
  const doomed = world.part('doomed', async () => {});
  let answer = (_text: string): void => {};
  const outside = new Promise<string>((resolve) => {
    answer = resolve;
  });
  world.at(100, () => {
    void throughLife(part.life, outside).then((text) => seen.push(`${world.kernel.now / 1000} ${text}`));
    void throughLife(doomed.life, outside).then((text) => seen.push(`doomed ${text}`));
    part.freeze();
    doomed.kill();
  });
  world.at(200, () => answer('hello'));
  world.at(900, () => part.thaw());
  await world.run(1_000);
  assert.equal(seen, ['900 hello']);
});

test('random streams hang on names: another part, or another boot, draws apart and disturbs nobody', async () => {
  const draws = async (others: number): Promise<string[]> => {
    const world = new SmallWorld();
    const seen: string[] = [];
    const part = world.part('node', async (host: Host) => {
      seen.push(`${host.random.fork('balance').u32()} ${host.crypto.randomId(8)}`);
    });
    for (let i = 0; i < others; i++) world.part(`other/${i}`, async (host: Host) => void host.random.u32());
    world.at(10, () => {
      part.kill();
      part.start();
    });
    await world.run(100);
    return seen;
  };
  const alone = await draws(0);
  assert.equal(await draws(5), alone);
  assert.is(new Set(alone).size, 2);
});

test('a wall clock starts at its fixed day and can be skewed', async () => {
  const world = new SmallWorld();
  let wall = 0;
  world.part('node', async (host: Host) => {
    await host.clock.sleep(seconds(1));
    wall = host.clock.wall();
  });
  await world.run(2_000);
  assert.is(new Date(wall).toISOString(), '2026-01-01T00:00:01.000Z');
});

test.run();
