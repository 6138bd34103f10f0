import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { registerRows, row } from './rows.ts';

const ORIGINALS: Record<string, Record<string, number>> = {
  latency: { latency: 0, jitter: 0 },
  bandwidth: { rate: 0 },
  slow_close: { delay: 0 },
  timeout: { timeout: 0 },
  reset_peer: { timeout: 0 },
  slicer: { average_size: 0, size_variation: 0, delay: 0 },
  limit_data: { bytes: 0 },
  noop: {},
};

row(64, 'fields in order; all attributes present with 0', async (t) => {
  const made = await t.proxy();
  for (const [type, attributes] of Object.entries(ORIGINALS)) {
    const expected = { attributes, name: `${type}_downstream`, type, stream: 'downstream', toxicity: 1 };
    assert.is((await t.toxic(made, { type })).text, JSON.stringify(expected));
  }
});

row(65, 'default stream is downstream; empty text is an error', async (t) => {
  const made = await t.proxy();
  assert.is((await t.toxic(made, { type: 'noop' })).json.stream, 'downstream');
  const invalid = 'stream was invalid, can be either upstream or downstream';
  await t.fails(400, invalid, 'POST', `${made.path}/toxics`, { type: 'noop', name: 'b', stream: '' });
});

row(66, 'stream in any case, echoed as typed', async (t) => {
  const made = await t.proxy();
  assert.is((await t.toxic(made, { type: 'noop', stream: 'UpStream' })).json.stream, 'UpStream');
});

row(67, 'default name is type_stream with the stream as typed', async (t) => {
  const made = await t.proxy();
  assert.is((await t.toxic(made, { type: 'latency', stream: 'UPSTREAM' })).json.name, 'latency_UPSTREAM');
});

row(68, 'a bad stream is told before a bad type', async (t) => {
  const made = await t.proxy();
  const invalid = 'stream was invalid, can be either upstream or downstream';
  await t.fails(400, invalid, 'POST', `${made.path}/toxics`, { type: 'nonsense', stream: 'sideways' });
});

row(69, 'unknown, missing or `down` type: 400; noop is valid with {}', async (t) => {
  const made = await t.proxy();
  for (const body of [{ type: 'nonsense' }, {}, { type: 'down' }, { type: 'Latency' }]) {
    await t.fails(400, 'invalid toxic type', 'POST', `${made.path}/toxics`, body);
  }
  assert.equal((await t.toxic(made, { type: 'noop' })).json.attributes, {});
});

row(70, 'name taken, in either stream: 409', async (t) => {
  const made = await t.proxy();
  await t.toxic(made, { type: 'noop', name: 'x', stream: 'upstream' });
  await t.fails(409, 'toxic already exists', 'POST', `${made.path}/toxics`, { type: 'latency', name: 'x' });
});

row(
  71,
  'attributes must be nested; flat and unknown ones are ignored; null means zeros; a Warning header says so',
  async (t) => {
    const made = await t.proxy();
    const flat = await t.toxic(made, { type: 'latency', latency: 100 });
    assert.equal(flat.json.attributes, { latency: 0, jitter: 0 });
    const unknown = await t.toxic(made, { type: 'latency', name: 'b', attributes: { latency: 7, colour: 1 } });
    assert.equal(unknown.json.attributes, { latency: 7, jitter: 0 });
    const none = await t.toxic(made, { type: 'latency', name: 'c', attributes: null });
    assert.equal(none.json.attributes, { latency: 0, jitter: 0 });
    const folded = await t.toxic(made, { type: 'latency', name: 'd', attributes: { LATENCY: 5, jitter: null } });
    assert.equal(folded.json.attributes, { latency: 5, jitter: 0 });
    if (t.real) return;
    assert.match(String(flat.headers.warning), /latency/);
    assert.match(String(unknown.headers.warning), /colour/);
    assert.is(none.headers.warning, undefined);
  },
);

row(72, 'whole numbers only: 1.5 or "15" is 400 naming the field', async (t) => {
  const made = await t.proxy();
  for (const latency of [1.5, '15', true, [], {}]) {
    const body = { type: 'latency', attributes: { latency } };
    await t.fails(400, /^bad request body: .*latency/, 'POST', `${made.path}/toxics`, body);
  }
  for (const spelling of ['1.0', '1e2', '100E0', '-1.5', '9223372036854775808']) {
    const body = `{"type":"latency","attributes":{"latency":${spelling}}}`;
    await t.fails(400, /^bad request body: .*latency/, 'POST', `${made.path}/toxics`, body);
  }
  await t.fails(400, /^bad request body: /, 'POST', `${made.path}/toxics`, { type: 'latency', attributes: 'x' });
  await t.fails(400, /^bad request body: /, 'POST', `${made.path}/toxics`, { type: 'latency', toxicity: '1' });
  assert.equal((await t.ok(200, 'GET', `${made.path}/toxics`)).json, []);
});

row(74, 'toxicity that no 32-bit float holds: 400', async (t) => {
  const made = await t.proxy();
  for (const toxicity of ['1e39', '-1e39', '1e400']) {
    const body = `{"type":"noop","toxicity":${toxicity}}`;
    await t.fails(400, /^bad request body: .*toxicity/, 'POST', `${made.path}/toxics`, body);
  }
  assert.is((await t.ok(200, 'POST', `${made.path}/toxics`, '{"type":"noop","toxicity":5e-1}')).json.toxicity, 0.5);
});

row(73, 'no range check where nothing breaks', async (t) => {
  const made = await t.proxy();
  const low = await t.toxic(made, { type: 'latency', toxicity: -3, attributes: { latency: -5, jitter: -1 } });
  assert.is(low.json.toxicity, -3);
  assert.equal(low.json.attributes, { latency: -5, jitter: -1 });
  assert.is((await t.toxic(made, { type: 'noop', toxicity: 7 })).json.toxicity, 7);
});

row(73, 'settings that would crash: 400 (the real server takes them and dies on the first byte)', async (t) => {
  const made = await t.proxy();
  for (const body of [
    { type: 'bandwidth', attributes: { rate: -1 } },
    { type: 'slicer', attributes: { average_size: 10, size_variation: 500 } },
    { type: 'slicer', attributes: { average_size: -1 } },
    { type: 'slicer', attributes: { average_size: 10, size_variation: -1 } },
  ]) {
    const reply = await t.call('POST', `${made.path}/toxics`, { ...body, name: JSON.stringify(body) });
    assert.is(reply.status, t.real ? 200 : 400, reply.text);
  }
});

row(74, 'toxicity is a 32-bit float', async (t) => {
  const made = await t.proxy();
  for (const [given, shown] of [
    ['0.123456789', '0.12345679'],
    ['0.1', '0.1'],
    ['0.3', '0.3'],
    ['0.333333333333', '0.33333334'],
    ['1', '1'],
  ] as const) {
    const body = `{"type":"noop","name":"t${given}","toxicity":${given}}`;
    assert.match((await t.ok(200, 'POST', `${made.path}/toxics`, body)).text, new RegExp(`"toxicity":${shown}\\}$`));
  }
});

row(75, 'list order: all upstream, then all downstream, each as added', async (t) => {
  const made = await t.proxy();
  for (const [name, stream] of [
    ['d1', 'downstream'],
    ['u1', 'upstream'],
    ['d2', 'downstream'],
    ['u2', 'upstream'],
  ]) {
    await t.toxic(made, { type: 'noop', name, stream });
  }
  const names = (await t.ok(200, 'GET', `${made.path}/toxics`)).json.map((toxic: { name: string }) => toxic.name);
  assert.equal(names, ['u1', 'u2', 'd1', 'd2']);
});

row(76, 'an update merges; type, stream and name are ignored', async (t) => {
  const made = await t.proxy();
  await t.toxic(made, { type: 'latency', name: 'x', toxicity: 0.5, attributes: { latency: 10, jitter: 4 } });
  const body = { attributes: { jitter: 1 }, type: 'noop', stream: 'upstream', name: 'y' };
  const expected = {
    attributes: { latency: 10, jitter: 1 },
    name: 'x',
    type: 'latency',
    stream: 'downstream',
    toxicity: 0.5,
  };
  assert.equal((await t.ok(200, 'PATCH', `${made.path}/toxics/x`, body)).json, expected);
  assert.is((await t.ok(200, 'POST', `${made.path}/toxics/x`, { toxicity: 0.25 })).json.toxicity, 0.25);
});

row(77, 'a failed update changes nothing (real: fields read before the bad one stay changed)', async (t) => {
  const made = await t.proxy();
  await t.toxic(made, { type: 'latency', name: 'x', attributes: { latency: 10 } });
  await t.ok(400, 'PATCH', `${made.path}/toxics/x`, '{"attributes":{"latency":99,"jitter":"no"}}');
  const { json } = await t.ok(200, 'GET', `${made.path}/toxics/x`);
  assert.is(json.attributes.latency, t.real ? 99 : 10);
});

row(78, 'unknown toxic: 404, before the body is read', async (t) => {
  const made = await t.proxy();
  for (const verb of ['GET', 'POST', 'PATCH', 'DELETE']) {
    const body = verb === 'POST' || verb === 'PATCH' ? '{broken' : undefined;
    await t.fails(404, 'toxic not found', verb, `${made.path}/toxics/none`, body);
  }
});

registerRows();
test.run();
