import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RoleProcess } from '../../../sim/live/role-process.ts';
import { eventually } from './echo-link.ts';

/** A role that counts its commands, refuses {"no":true} and never answers {"mute":true}. */
const script = `
  let told = 0;
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line);
    told += 1;
    if (message.mute) return;
    console.log(JSON.stringify(message.no ? { refused: 'no' } : message.bare ? { ok: true } : { ok: true, result: { told } }));
  });
  console.log(JSON.stringify({ ready: true, port: 7 }));
`;
const deadlineMs = 20_000;

async function role(): Promise<RoleProcess> {
  const started = new RoleProcess('fake', ['-e', script]);
  assert.is((await started.ready(deadlineMs))['port'], 7);
  return started;
}

test('commands under way at once each get the answer to themselves', async () => {
  const fake = await role();
  const answers = await Promise.all(
    [{}, { no: true }, { bare: true }, {}].map((line) => fake.command(line, deadlineMs)),
  );
  assert.equal(answers, [{ told: 1 }, undefined, {}, { told: 4 }]);
  await fake.kill();
});

test('no answer in time is undefined', async () => {
  const fake = await role();
  assert.is(await fake.command({ mute: true }, 1), undefined);
  await fake.kill();
});

test('a frozen role is stopped, answers late, and to the question that was asked', async () => {
  const fake = await role();
  fake.freeze();
  assert.ok(await fake.isStopped());
  assert.is(await fake.command({}, 50), undefined);
  fake.thaw();
  assert.equal(await fake.command({}, deadlineMs), { told: 2 });
  await fake.kill();
});

test('a frozen role is not asked for its counters, and what it is to change it has changed once it runs, however long it was watched', async () => {
  const fake = await role();
  fake.freeze();
  assert.ok(await fake.isStopped());
  // more looks than may wait at once
  const looks = Array.from({ length: 100 }, () => fake.command({ metrics: true }, deadlineMs));
  assert.equal(new Set(await Promise.all(looks)), new Set([undefined]), 'and none waits for it to run');
  await fake.order({ slow: 1 }, deadlineMs);
  fake.thaw();
  assert.equal(await fake.command({}, deadlineMs), { told: 2 }, 'the order and this');
  await fake.kill();
});

test('however many questions wait, what it is to change reaches a role', async () => {
  const fake = await role();
  fake.freeze();
  assert.ok(await fake.isStopped());
  for (let asked = 0; asked < 100; asked++) void fake.command({}, 1);
  await fake.order({}, deadlineMs);
  fake.thaw();
  let answer: unknown;
  await eventually(async () => {
    answer = await fake.command({}, deadlineMs);
    return answer !== undefined;
  }, 'room for a question');
  assert.equal(answer, { told: 66 }, '64 questions, the order and this');
  await fake.kill();
});

test('a role that refuses what it is to change says why; one that is gone is told nothing', async () => {
  const fake = await role();
  const error = await fake.order({ no: true }, deadlineMs).then(
    () => undefined,
    (caught) => caught,
  );
  assert.is(error?.code, 'ERR_ROLE_REFUSED');
  assert.match(error?.message, 'fake refused {"no":true}: no');
  await fake.kill();
  await fake.order({ no: true }, deadlineMs);
});

test('a role that ended is asked nothing, and one that ends early says why', async () => {
  const fake = await role();
  fake.freeze();
  await fake.kill();
  assert.not.ok(fake.alive);
  assert.is(await fake.command({}, deadlineMs), undefined);
  const broken = new RoleProcess('broken', ['-e', 'console.error("no such port"); process.exit(2)']);
  const message = await broken.ready(deadlineMs).then(
    () => '',
    (error: Error) => error.message,
  );
  assert.match(message, 'ended with 2 before it was ready');
});

test.run();
