import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CancelSource } from '../../../proxy/host/cancel.ts';
import type { Host } from '../../../proxy/host/host.ts';
import type { Conn } from '../../../proxy/host/transport.ts';
import { micros, ms } from '../../../proxy/host/units.ts';
import type { Part } from '../../../sim/virtual/part.ts';
import { listenTo, ping, SmallWorld, tenMs } from './small-world.ts';

interface Pair {
  readonly world: SmallWorld;
  readonly server: Part<void>;
  readonly client: Part<void>;
  readonly seen: string[];
  readonly conn: Conn | undefined;
  readonly serverConn: Conn | undefined;
}

/** A server and a client that dials it at once; both write down what they see. */
function pair(plan = tenMs): Pair {
  const world = new SmallWorld(plan);
  const seen: string[] = [];
  let serverConn: Conn | undefined;
  let conn: Conn | undefined;
  const server = world.part('server', async (host) => {
    await host.net.listen('server', (accepted) => {
      serverConn = accepted;
      listenTo(accepted, host, seen);
    });
  });
  const client = world.part('client', async (host) => {
    conn = await host.net.dial('server');
    seen.push(`${host.clock.now() / 1000} connected`);
    listenTo(conn, host, seen);
  });
  return {
    world,
    server,
    client,
    seen,
    get conn() {
      return conn;
    },
    get serverConn() {
      return serverConn;
    },
  };
}

test('a dial costs two round trips; the listener has the connection half a trip later', async () => {
  const { world, seen } = pair();
  let accepted = 0;
  world.part('second', (host) =>
    host.net.listen('second', () => {
      accepted = host.clock.now() / 1000;
    }),
  );
  world.part('dialler', (host) => host.net.dial('second'));
  await world.run(100);
  assert.equal(seen, ['40 connected']);
  assert.is(accepted, 50);
});

test('frames of one turn arrive together after the latency, in order, and never overtake', async () => {
  const jittery = pair({ latency: ms(10), jitter: ms(9), bytesPerSecond: null });
  const { world, seen } = jittery;
  for (let i = 0; i < 20; i++) {
    world.at(200 + i, () => {
      jittery.conn?.send(ping(2 * i));
      jittery.conn?.send(ping(2 * i + 1));
    });
  }
  await world.run(300);
  const got = seen.filter((line) => line.includes('server got')).map((line) => line.split(' '));
  assert.equal(
    got.map(([, , , stamp]) => Number(stamp)),
    Array.from({ length: 40 }, (_, i) => i),
  );
  for (let i = 0; i < 40; i += 2) assert.is(got[i]?.[0], got[i + 1]?.[0]);
});

test('bandwidth: a kilobyte a second takes its time, and the next frame waits behind it', async () => {
  const slow = pair({ latency: ms(10), jitter: micros(0), bytesPerSecond: 40_000 });
  const { world, seen } = slow;
  world.at(200, () => {
    slow.conn?.send({ type: 'data', stream: 1, chunk: { bytes: 3960 }, end: false });
    slow.conn?.send(ping(1));
  });
  await world.run(1000);
  assert.equal(seen.slice(1), ['310 server got data', '311 server got 1']);
});

test('bandwidth is of each connection: another one of the link does not wait', async () => {
  const slow = pair({ latency: ms(10), jitter: micros(0), bytesPerSecond: 40_000 });
  const { world, seen } = slow;
  let second: Conn | undefined;
  world.part('other', async (host) => {
    second = await host.net.dial('server');
  });
  world.at(200, () => {
    slow.conn?.send({ type: 'data', stream: 1, chunk: { bytes: 3960 }, end: false });
    second?.send(ping(1));
  });
  await world.run(1000);
  assert.equal(seen.slice(1), ['211 server got 1', '310 server got data']);
});

test('a refused dial tells so after a round trip, one into silence after its time-out', async () => {
  const world = new SmallWorld();
  const seen: string[] = [];
  const dial = (at: number) => {
    world.part(`client at ${at}`, async (host) => {
      try {
        await host.net.dial('nobody');
      } catch (error) {
        seen.push(`${host.clock.now() / 1000 - at} ${(error as { code?: string }).code} ${(error as Error).message}`);
      }
    });
  };
  dial(0);
  world.at(100, () => {
    world.link.install({ kind: 'partition' });
    dial(100);
  });
  await world.run(20_000);
  assert.equal(seen, [
    '20 ERR_DIAL client at 0 cannot reach nobody: refused',
    '3000 ERR_DIAL client at 100 cannot reach nobody: timed out',
  ]);
  assert.is(world.link.holding, 0, 'nothing of it waits for the end of the silence');
});

test('over a slow link the time-out counts for the handshake alone, as on live links, which take connections themselves', async () => {
  const dialled = async (latency: number): Promise<string> => {
    const world = new SmallWorld({ latency: ms(latency), jitter: micros(0), bytesPerSecond: null });
    let came = '';
    const tell = (what: string, host: Host): void => {
      came = `${host.clock.now() / 1000} ${what}`;
    };
    world.part('server', (host) => host.net.listen('server', () => {}));
    world.part('client', (host) =>
      host.net.dial('server').then(
        () => tell('connected', host),
        (error: Error) => tell(error.message, host),
      ),
    );
    await world.run(10_000);
    return came;
  };
  assert.is(await dialled(1_400), '5600 connected');
  assert.is(await dialled(1_600), '3000 client cannot reach server: timed out');
});

test('a cancelled dial ends at once', async () => {
  const world = new SmallWorld();
  const seen: string[] = [];
  const cancel = new CancelSource();
  world.part('server', (host) => host.net.listen('server', () => seen.push('accepted')));
  world.part('client', (host) => host.net.dial('server', cancel).catch(() => seen.push(`${host.clock.now() / 1000}`)));
  world.at(15, () => cancel.cancel('changed my mind'));
  await world.run(1000);
  assert.equal(seen, ['15']);
});

test('an orderly close flushes first; both ends hear of it once', async () => {
  const made = pair();
  made.world.at(100, () => {
    made.conn?.send(ping(1));
    made.conn?.close({ cause: 'fin', detail: 'done' });
    made.conn?.close({ cause: 'fin', detail: 'done' });
    made.conn?.send(ping(2));
  });
  await made.world.run(200);
  assert.equal(made.seen.slice(1), ['100 client closed local', '110 server got 1', '110 server closed fin']);
});

test('a crash: the peer gets a reset over the link, the dead end never hears anything again', async () => {
  const made = pair();
  made.world.at(100, () => made.server.kill());
  made.world.at(101, () => made.conn?.send(ping(1)));
  await made.world.run(300);
  assert.equal(made.seen.slice(1), ['110 client closed reset']);
  assert.is(made.world.network.connections(made.client.life), 0);
});

test('partition: silence both ways, no close; what was sent arrives when it ends', async () => {
  const made = pair();
  made.world.at(100, () => {
    const silence = made.world.link.install({ kind: 'partition' });
    made.conn?.send(ping(1));
    made.serverConn?.send(ping(2));
    made.world.at(5_000, () => {
      assert.is(silence.hits, 2);
      made.world.link.remove(silence);
    });
  });
  await made.world.run(6_000);
  assert.equal(made.seen.slice(1).sort(), ['5010 client got 2', '5010 server got 1']);
});

test('a crash during a partition is silence; the peer learns of it when the partition ends', async () => {
  const made = pair();
  made.world.at(100, () => {
    const silence = made.world.link.install({ kind: 'partition' });
    made.server.kill();
    made.world.at(3_000, () => made.world.link.remove(silence));
  });
  await made.world.run(6_000);
  assert.equal(made.seen.slice(1), ['3010 client closed reset']);
});

test('reset toxic: nothing until data flows, then both ends are cut', async () => {
  const made = pair();
  made.world.at(100, () => made.world.link.install({ kind: 'reset' }));
  made.world.at(150, () => made.conn?.send(ping(1)));
  await made.world.run(300);
  assert.equal(made.seen.slice(1), ['150 client closed reset', '160 server closed reset']);
});

test('latency and bandwidth toxics add up and go away', async () => {
  const made = pair();
  made.world.at(100, () => {
    const late = made.world.link.install({ kind: 'latency', latency: ms(100), jitter: micros(0) });
    made.conn?.send(ping(1));
    made.world.at(300, () => {
      made.world.link.remove(late);
      made.conn?.send(ping(2));
      assert.is(late.hits, 1);
    });
  });
  await made.world.run(400);
  assert.equal(made.seen.slice(1), ['210 server got 1', '310 server got 2']);
});

test('a bandwidth toxic lines messages up, and lets the line go when it ends', async () => {
  const made = pair();
  made.world.at(100, () => {
    const narrow = made.world.link.install({ kind: 'bandwidth', bytesPerSecond: 1_000 });
    for (let i = 1; i <= 5; i++) made.world.at(100 + i, () => made.conn?.send(ping(i)));
    made.world.at(170, () => made.world.link.remove(narrow));
  });
  await made.world.run(400);
  assert.equal(made.seen.slice(1), [
    '151 server got 1',
    '180 server got 2',
    '180 server got 3',
    '180 server got 4',
    '180 server got 5',
  ]);
});

test('a peer that does not read stops the sender at the buffer, and reading drains it', async () => {
  const made = pair();
  const said: boolean[] = [];
  let drained = 0;
  made.world.at(100, () => {
    made.conn?.onDrain(() => {
      drained = made.world.kernel.now / 1000;
    });
    made.server.freeze();
    for (let i = 0; i < 10; i++) {
      made.world.at(110 + i, () => {
        said.push(made.conn?.send({ type: 'data', stream: 1, chunk: { bytes: 60_000 }, end: false }) ?? false);
      });
    }
  });
  made.world.at(1000, () => made.server.thaw());
  await made.world.run(2000);
  assert.equal(said, [true, true, true, true, false, false, false, false, false, false]);
  assert.is(drained, 1000);
  assert.is(made.seen.filter((line) => line === '1000 server got data').length, 10);
});

test.run();
