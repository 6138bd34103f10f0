import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HoldfastError } from '../../../proxy/host/errors.ts';
import { runRole } from '../../../proxy/node/roles/run-role.ts';

test('a role that gave up lets running work end and leaves with its reason and 4', async () => {
  const stderr = new PassThrough({ encoding: 'utf8' });
  const done: string[] = [];
  let giveUp: (error: HoldfastError) => void = () => {};
  const role = {
    ready: { role: 'test' },
    gaveUp: new Promise<HoldfastError>((resolve) => {
      giveUp = resolve;
    }),
    drain: async () => void done.push('drained'),
    stop: async () => void done.push('stopped'),
  };
  const ended = runRole(async () => role, { stdout: new PassThrough(), stderr, signals: new EventEmitter() });
  giveUp(new HoldfastError('ERR_CONNECTOR_SUPERSEDED', 'another process runs as connector/1', { hint: 'Stop one.' }));
  assert.is(await ended, 4);
  assert.equal(done, ['drained']);
  assert.is(stderr.read(), 'ERR_CONNECTOR_SUPERSEDED: another process runs as connector/1\nStop one.\n');
});

test('an error at the start is told with the facts and the cause that its message leaves out', async () => {
  const stderr = new PassThrough({ encoding: 'utf8' });
  const cause = new Error('the disk is full', { cause: new Error('no inodes') });
  const facts = { file: '/somewhere/store', line: 3, what: 'the store' };
  const failed = async () => {
    throw new HoldfastError('ERR_TEST', 'the store cannot be written', { facts, cause, hint: 'Make room.' });
  };
  assert.is(await runRole(failed, { stdout: new PassThrough(), stderr, signals: new EventEmitter() }), 2);
  const lines = ['ERR_TEST: the store cannot be written', '  file: /somewhere/store'];
  lines.push('  because: the disk is full', '  because: no inodes', 'Make room.', '');
  assert.is(stderr.read(), lines.join('\n'));
});

test.run();
