import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Instant, instant, ms } from '../../../proxy/host/units.ts';
import { UploadPace } from '../../../proxy/node/front/upload-pace.ts';

const at = (millis: number): Instant => instant(millis * 1000);

test('too little does not begin the span anew, enough does', () => {
  const pace = new UploadPace(ms(100), 10);
  assert.is(pace.waits(at(0)), ms(100));
  pace.came(4, at(30));
  assert.is(pace.waits(at(30)), ms(70));
  pace.came(5, at(90));
  assert.is(pace.waits(at(90)), ms(10));
  pace.came(1, at(99));
  assert.is(pace.waits(at(99)), ms(100), 'ten bytes in all');
});

test('time in which nobody waits is not the client’s, and bytes that come in it count', () => {
  const pace = new UploadPace(ms(100), 10);
  pace.waits(at(0));
  pace.came(2, at(60));
  pace.came(2, at(5_000));
  assert.is(pace.waits(at(90_000)), ms(40));
  pace.came(1, at(90_040));
  assert.is(pace.waits(at(90_040)), ms(1), 'never nothing');
});

test('with a least of one byte every byte begins it anew', () => {
  const pace = new UploadPace(ms(100), 1);
  pace.waits(at(0));
  pace.came(1, at(99));
  assert.is(pace.waits(at(99)), ms(100));
});

test.run();
