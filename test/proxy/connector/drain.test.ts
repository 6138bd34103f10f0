import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningConnector } from '../../../proxy/connector/config.ts';
import { ms, seconds } from '../../../proxy/host/units.ts';
import type { TunnelAnswer } from '../../../proxy/protocol/tunnel.ts';
import { scriptedOrigin } from '../origins.ts';
import { ask } from '../protocol/ask.ts';
import type { ObjectConn } from '../protocol/object-pair.ts';
import { head, never } from '../protocol/tunnel-ends.ts';
import { PlayedService } from './played-service.ts';

const quick = scriptedOrigin(async () => ({
  kind: 'answer',
  response: { status: 200, headers: [], body: undefined },
}));

/** A connector that has given an answer to a line on which everything takes five seconds. */
async function answeredSlowly(): Promise<{
  readonly service: PlayedService;
  readonly connector: RunningConnector;
  readonly line: ObjectConn;
  readonly answer: Promise<TunnelAnswer>;
}> {
  const service = new PlayedService();
  service.configuration = JSON.stringify({ applications: [{ id: 'app', internalUrl: 'http://app.internal/' }] });
  const connector = await service.start(['http://app.internal/'], quick);
  const [line] = service.lines;
  if (line === undefined) throw new Error('nobody dialled');
  line.latency = seconds(5);
  const answer = ask(service.tunnel, { ...head, application: 'app' }, undefined, never());
  await service.clock.pass(ms(10));
  assert.is(connector.inFlight, 0, 'its work is done');
  return { service, connector, line, answer };
}

test('a connector that drains keeps its tunnels until the service has the last answer, on a line of any speed', async () => {
  const { service, connector, line, answer } = await answeredSlowly();
  const drained = connector.drain(seconds(30));
  await service.clock.pass(seconds(4));
  assert.is(line.closed, undefined, 'the answer is still on its way');
  assert.is((await service.clock.until(answer)).kind, 'answer');
  const before = service.clock.now();
  await service.clock.until(drained);
  assert.is(line.closed?.cause, 'fin');
  assert.ok(service.clock.now() - before <= ms(20), 'and no longer');
});

test('a drain ends with its deadline all the same', async () => {
  const { service, connector, line } = await answeredSlowly();
  line.silent = true;
  const before = service.clock.now();
  await service.clock.until(connector.drain(seconds(3)));
  assert.is(service.clock.now() - before, seconds(3));
  assert.is(line.closed?.cause, 'fin');
});

test('a tunnel that a draining service sends away is closed when that service has the last answer', async () => {
  const { service, connector, line, answer } = await answeredSlowly();
  service.tunnel.goAway('instance is draining', 0);
  await service.clock.pass(seconds(4));
  assert.is(line.closed, undefined, 'the answer is still on its way');
  assert.is((await service.clock.until(answer)).kind, 'answer');
  await service.clock.pass(seconds(2));
  assert.is(line.closed?.cause, 'fin');
  await connector.stop();
});

test('of a service that takes nothing more it lets go after a minute', async () => {
  const { service, connector, line } = await answeredSlowly();
  service.tunnel.goAway('instance is draining', 0);
  line.silent = true;
  await service.clock.pass(seconds(60));
  assert.is(line.closed, undefined);
  await service.clock.pass(seconds(2));
  assert.is(line.closed?.cause, 'fin');
  await connector.stop();
});

test.run();
