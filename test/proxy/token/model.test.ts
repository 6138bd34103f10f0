import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import { seededRandom } from '../../../proxy/host/random.ts';
import type { Micros } from '../../../proxy/host/units.ts';
import { elapsed, minutes, ms, seconds } from '../../../proxy/host/units.ts';
import { nodeCrypto } from '../../../proxy/node/crypto.ts';
import { IdentityClient } from '../../../proxy/policy/identity-client.ts';
import type { TokenFault } from '../../../proxy/token/faults.ts';
import type { TokenHop } from '../../../proxy/token/model.ts';
import { TokenServiceModel } from '../../../proxy/token/model.ts';
import { ManualClock } from '../manual-clock.ts';
import { manualHost } from '../manual-host.ts';

const callback = 'https://shop.contoso.com/.holdfast/callback';

function setup(hop?: TokenHop) {
  const clock = new ManualClock();
  const model = new TokenServiceModel(clock, seededRandom('t'), nodeCrypto('token service'));
  const client = new IdentityClient(manualHost(clock), model.port(hop));
  /** One sign-in as a browser does it; what it came to, in a word, and how long it took. */
  const signIn = async (user = 'ada'): Promise<string> => {
    const begun = await clock.until(client.beginSignIn('shop', '/', callback));
    if (begun.kind !== 'redirect') return begun.kind;
    const there = await clock.until(model.authorize(begun.url, user, new CancelSource()));
    if (there.kind !== 'callback') return `not there: ${there.detail}`;
    const cookie = begun.stateCookie.split(';')[0] as string;
    const end = await clock.until(client.completeSignIn('shop', new URL(there.url).search, [['cookie', cookie]]));
    return end.kind === 'session' ? `session ${end.user}` : end.kind;
  };
  return { clock, model, client, signIn };
}

test('a sign-in costs four exchanges at first and two afterwards', async () => {
  const { clock, model, signIn } = setup();
  assert.is(await signIn(), 'session ada');
  assert.is(model.exchanges, 4, 'metadata, authorize, redeem, keys');
  assert.is(clock.now(), 80_000);
  assert.is(await signIn('bob'), 'session bob');
  assert.is(model.exchanges, 6);
});

test('law: access tokens live uniformly 60 to 90 minutes', async () => {
  const { clock, model } = setup();
  const port = model.port();
  const lives: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const tokens = model.refresh(nodeCrypto('token service').seal('refresh', '', `u${i}`));
    if (tokens.kind === 'ok') lives.push(tokens.value.expiresIn);
  }
  assert.is(lives.length, 2000);
  assert.ok(lives.every((life) => life >= minutes(60) && life <= minutes(90) && Number.isInteger(life)));
  const mean = lives.reduce((a, b) => a + b, 0) / 2000;
  assert.ok(Math.abs(mean - minutes(75)) < seconds(60), String(mean));
  assert.ok(port !== undefined && clock.now() === 0);
});

const table: readonly [TokenFault, string, string][] = [
  [{ kind: 'outage' }, 'not there: unreachable', 'unavailable'],
  [{ kind: 'slow', added: seconds(1) }, 'session ada', 'session ada'],
  [{ kind: 'slow', added: seconds(6) }, 'not there: timeout', 'unavailable'],
  [{ kind: 'errors', rate: 1, status: 503, retryAfter: null }, 'not there: status', 'unavailable'],
  [{ kind: 'errors', rate: 1, status: 429, retryAfter: seconds(60) }, 'not there: status', 'unavailable'],
  [{ kind: 'malformed' }, 'not there: malformed', 'unavailable'],
  [{ kind: 'wrong-keys' }, 'session ada', 'failed'],
];

test('each fault shows as it should to a service that knows metadata and keys and to one that knows nothing, and heals', async () => {
  for (const [fault, warm, cold] of table) {
    const name = JSON.stringify(fault);
    const known = setup();
    await known.signIn();
    const handle = known.model.fault(fault);
    const limit = new CancelSource();
    known.clock.timeout(seconds(5), () => limit.cancel('user'));
    const begun = await known.clock.until(known.client.beginSignIn('shop', '/', callback));
    assert.is(begun.kind, 'redirect', name);
    const there = await known.clock.until(
      known.model.authorize(begun.kind === 'redirect' ? begun.url : '', 'ada', limit),
    );
    const reached = there.kind === 'callback' ? 'session ada' : `not there: ${there.detail}`;
    assert.is(reached, warm, name);
    if (fault.kind !== 'wrong-keys') assert.ok(handle.hits() > 0, name);
    handle.heal();
    await known.clock.pass(minutes(2));
    assert.is(await known.signIn(), 'session ada', name);

    const strange = setup();
    strange.model.fault(fault);
    assert.is(await strange.signIn(), cold, `${name}, cold`);
  }
});

test('an outage cuts what is under way; a freeze keeps it until the thaw', async () => {
  const { clock, model } = setup();
  const port = model.port();
  const cancel = new CancelSource();
  const first = port.metadata(cancel);
  await clock.pass(ms(10));
  const outage = model.fault({ kind: 'outage' });
  assert.equal(await first, { kind: 'broken', detail: 'connection cut' });
  outage.heal();
  const freeze = model.fault({ kind: 'frozen' });
  const second = port.metadata(cancel);
  await clock.pass(seconds(3));
  freeze.heal();
  assert.is((await clock.until(second)).kind, 'ok');
  const third = port.metadata(cancel);
  model.fault({ kind: 'frozen' });
  await clock.pass(seconds(1));
  cancel.cancel('timeout');
  assert.equal(await third, { kind: 'timeout' });
});

test('errors strike at their rate', async () => {
  const { clock, model } = setup();
  const port = model.port();
  const handle = model.fault({ kind: 'errors', rate: 0.3, status: 500, retryAfter: null });
  let failed = 0;
  for (let i = 0; i < 1000; i++) if ((await clock.until(port.metadata(new CancelSource()))).kind === 'status') failed++;
  assert.ok(Math.abs(failed - 300) < 50, String(failed));
  assert.is(handle.hits(), failed);
});

test('the way counts: its time is added, silence keeps what is sent while it lasts, a reset ends at once', async () => {
  let state: ReturnType<TokenHop['state']> = 'open';
  let goOn: () => void = () => {};
  const { clock, model } = setup();
  const port = model.port({
    roundTrip: () => ms(30),
    state: () => state,
    opened: (cancel) =>
      new Promise((resolve) => {
        goOn = resolve;
        cancel.onCancel(() => resolve());
      }),
  });
  const ask = async (): Promise<[string, Micros]> => {
    const cancel = new CancelSource();
    const timer = clock.timeout(seconds(2), () => cancel.cancel('timeout'));
    const from = clock.now();
    const result = await clock.until(port.metadata(cancel));
    clock.clear(timer);
    return [result.kind, elapsed(from, clock.now())];
  };
  const silentFor = (span: Micros): void => {
    state = 'silence';
    clock.timeout(span, () => {
      state = 'open';
      goOn();
    });
  };
  assert.equal(await ask(), ['ok', 50_000]);
  silentFor(seconds(5));
  assert.equal(await ask(), ['timeout', 2_000_000]);
  await clock.pass(seconds(5));
  silentFor(seconds(1));
  assert.equal(await ask(), ['ok', 1_050_000], 'begun in the silence: it leaves when that ends');
  clock.timeout(ms(40), () => silentFor(seconds(1)));
  assert.equal(await ask(), ['ok', 1_040_000], 'answered in it: it arrives when that ends');
  state = 'silence';
  clock.timeout(seconds(1), () => {
    state = 'reset';
    goOn();
  });
  assert.equal(await ask(), ['broken', 1_000_000]);
  assert.equal(await ask(), ['broken', 0]);
});

test('an outage cuts an exchange that a silence keeps', async () => {
  const { clock, model } = setup();
  const port = model.port({
    roundTrip: () => ms(30),
    state: () => 'silence',
    opened: (cancel) => new Promise((resolve) => cancel.onCancel(() => resolve())),
  });
  const kept = port.metadata(new CancelSource());
  await clock.pass(seconds(3));
  const outage = model.fault({ kind: 'outage' });
  assert.equal(await kept, { kind: 'broken', detail: 'connection cut' });
  assert.is(outage.hits(), 1);
});

test('a code works once, for its verifier and address, within a minute, and not after a restart', async () => {
  const { clock, model } = setup();
  const port = model.port();
  const metadata = await clock.until(port.metadata(new CancelSource()));
  if (metadata.kind !== 'ok') return assert.unreachable();
  const request = { redirectUri: callback, state: 's', nonce: 'n', codeVerifier: 'v', prompt: undefined };
  const code = async (): Promise<string> => {
    const there = await clock.until(
      model.authorize(port.authorizationUrl(metadata.value, request), 'ada', new CancelSource()),
    );
    return there.kind === 'callback' ? (new URL(there.url).searchParams.get('code') as string) : '';
  };
  const redeem = async (text: string, verifier = 'v', address = callback): Promise<string> =>
    (await clock.until(port.redeem(metadata.value, text, verifier, address, new CancelSource()))).kind;
  const once = await code();
  assert.is(await redeem(once), 'ok');
  assert.is(await redeem(once), 'status');
  assert.is(await redeem(await code(), 'other'), 'status');
  assert.is(await redeem(await code(), 'v', 'https://evil.test/'), 'status');
  assert.is(await redeem('invented'), 'status');
  const late = await code();
  await clock.pass(minutes(1));
  assert.is(await redeem(late), 'status');
  const lost = await code();
  model.restarted();
  assert.is(await redeem(lost), 'status');
});

test('law: a rollover loses no sign-in, orderly or sudden, if look-ups are 30 s apart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 6 }), async (rollovers) => {
      const { clock, model, signIn } = setup();
      for (const keepOld of rollovers) {
        assert.is(await signIn(), 'session ada');
        model.keys.roll(keepOld);
        await clock.pass(seconds(30));
      }
      assert.is(await signIn(), 'session ada');
    }),
    { numRuns: 20 },
  );
});

test('law: a changed ID token never verifies', async () => {
  const { clock, model } = setup();
  const port = model.port();
  const metadata = await clock.until(port.metadata(new CancelSource()));
  const tokens = model.refresh(nodeCrypto('token service').seal('refresh', '', 'ada'));
  if (metadata.kind !== 'ok' || tokens.kind !== 'ok') return assert.unreachable();
  const keys = model.keys.publish(false);
  assert.is((await port.verify(metadata.value, tokens.value, keys, clock.wall()))?.user, 'ada');
  const { idToken } = tokens.value;
  await fc.assert(
    fc.asyncProperty(fc.nat(idToken.length - 1), fc.constantFrom('a', '1', '"', '.'), async (i, c) => {
      if (idToken[i] === c) return;
      const changed = { ...tokens.value, idToken: idToken.slice(0, i) + c + idToken.slice(i + 1) };
      assert.is(await port.verify(metadata.value, changed, keys, clock.wall()), undefined);
    }),
  );
  clock.skew = 3_600_000 + 300_000;
  assert.is(await port.verify(metadata.value, tokens.value, keys, clock.wall()), undefined, 'too old');
  clock.skew = -301_000;
  assert.is(await port.verify(metadata.value, tokens.value, keys, clock.wall()), undefined, 'from the future');
});

test.run();
