import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench, portOf } from './rows.ts';
import { afterwards, closeAll, isHit, startEcho } from './sockets.ts';
import { embedded } from './target.ts';

test.after.each(closeAll);

async function bench(): Promise<Bench> {
  const target = await embedded();
  afterwards(() => target.close());
  return new Bench(target);
}

test('a toxic that was refused leaves no trace in the draws; a name used again draws anew, however it came first', async () => {
  const share = { name: 'h', type: 'limit_data', toxicity: 0.5 };
  /** Which of 16 connections a toxic hits, after something was done to its proxy; all servers here have one seed. */
  const draws = async (toxics: object[], before: (t: Bench) => Promise<unknown>): Promise<string> => {
    const t = await bench();
    const upstream = (await startEcho()).address;
    const body = { name: t.named('p'), listen: '127.0.0.1:0', upstream, toxics };
    const { json } = await t.ok(201, 'POST', '/proxies', body);
    await before(t);
    await t.ok(200, 'POST', '/proxies/p/toxics', share);
    let found = '';
    for (let i = 0; i < 16; i++) found += (await isHit(portOf(json.listen))) ? '1' : '0';
    return found;
  };
  const first = await draws([], () => Promise.resolve());
  const refused = await draws([], (t) =>
    t.fails(400, /no lease/, 'POST', '/proxies/p/toxics', { ...share, attributes: { lease: 'none' } }),
  );
  assert.is(refused, first);
  const remove = (t: Bench): Promise<unknown> => t.ok(204, 'DELETE', '/proxies/p/toxics/h');
  const second = await draws([], (t) => t.ok(200, 'POST', '/proxies/p/toxics', share).then(() => remove(t)));
  assert.is.not(second, first);
  assert.is(await draws([share], remove), second);
});

test.run();
