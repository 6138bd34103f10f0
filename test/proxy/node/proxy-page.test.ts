import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RoleName } from '../../../proxy/node/roles/index.ts';
import { roleJsonSchema } from '../../../proxy/node/roles/json-schema.ts';
import { configurationTable } from './configuration-table.ts';

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../docs/proxy.md');
const roles: readonly RoleName[] = ['service', 'connector', 'token-service', 'backend'];

test('docs/proxy.md is generated from the schemas that check configurations (UPDATE_GOLDEN=1 writes it)', async () => {
  const page = readFileSync(file, 'utf8');
  let current = page;
  for (const role of roles) {
    const part = new RegExp(`(<!-- generated: ${role} -->\n)[\\s\\S]*?(<!-- end -->)`);
    assert.match(page, part, `the page has a place for ${role}`);
    const table = configurationTable(await roleJsonSchema(role));
    current = current.replace(part, (_, open: string, close: string) => `${open}\n${table}\n${close}`);
  }
  const { UPDATE_GOLDEN } = process.env;
  if (UPDATE_GOLDEN === '1') writeFileSync(file, current);
  else assert.is(page, current, 'run UPDATE_GOLDEN=1 node dist/test/proxy/node/proxy-page.test.js');
});

test('spans show their defaults as a configuration has them', async () => {
  const { properties } = (await roleJsonSchema('connector')) as { properties: Record<string, { default?: unknown }> };
  assert.is(properties['deadAfter']?.default, '5s');
  assert.equal(properties['reconnect']?.default, { base: '1s', cap: '30s' });
});

test('every field of every role says what it means, or its name does', async () => {
  const speaking =
    /^(cert|key|ca|id|group|base|cap|name|password|from|to|cores|demand|distribution|maxQueue|serverName|perApplication|tenant|clientId|clientSecret|latencyDistribution|\w+CachedFor)$/;
  const silent = (field: object, place: string): string[] =>
    Object.entries(
      (field as { properties?: Record<string, { description?: string; items?: object }> }).properties ?? {},
    )
      .filter(([name]) => name !== 'behaviour')
      .flatMap(([name, part]) => [
        ...(part.description === undefined && !speaking.test(name) ? [`${place}${name}`] : []),
        ...silent(part, `${place}${name}.`),
        ...silent(part.items ?? {}, `${place}${name}[].`),
      ]);
  for (const role of roles) assert.equal(silent(await roleJsonSchema(role), `${role} `), []);
});

test.run();
