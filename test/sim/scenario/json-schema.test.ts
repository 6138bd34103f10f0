import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { faultCatalogue } from '../../../sim/faults/catalogue.ts';
import { axisCatalogue } from '../../../sim/scenario/axes/catalogue.ts';
import { scenarioJsonSchema } from '../../../sim/scenario/json-schema.ts';
import { root } from '../../repository/source-tree.ts';
import { richInput } from './rich-scenario.ts';
import { smallInput } from './small-scenario.ts';

const schema = scenarioJsonSchema();
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
const folder = path.join(root, 'scenarios');

test('is draft 7, which editors read', () => {
  assert.match(String(schema['$schema']), 'draft-07');
});

test('accepts what is shipped and everything a scenario can say', () => {
  const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  for (const file of shipped) {
    assert.ok(
      validate(parse(readFileSync(path.join(folder, file), 'utf8'))),
      `${file}: ${JSON.stringify(validate.errors)}`,
    );
  }
  for (const input of [smallInput, richInput]) assert.ok(validate(input), JSON.stringify(validate.errors));
});

test('refuses unknown keys, durations without a unit and parameters of another fault', () => {
  const wrong = [
    { ...smallInput, nmae: 'x' },
    { ...smallInput, run: { duration: 30 } },
    { ...smallInput, run: { duration: '30' } },
    { ...smallInput, faults: { schedule: [{ what: 'token outage', at: '1m', factor: 2 }] } },
    { ...smallInput, sweep: { planets: [1] } },
  ];
  for (const input of wrong) assert.not(validate(input));
});

test('knows every fault and every axis, with its documentation', () => {
  const text = JSON.stringify(schema);
  for (const { kind, documentation } of faultCatalogue.all) {
    assert.ok(text.includes(JSON.stringify(kind)) && text.includes(JSON.stringify(documentation)), kind);
  }
  for (const { name, documentation } of axisCatalogue) {
    assert.ok(text.includes(JSON.stringify(name)) && text.includes(JSON.stringify(documentation)), name);
  }
});

test.run();
