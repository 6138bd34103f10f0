import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Micros, minutes, seconds } from '../../../proxy/host/units.ts';
import { connectorConfigOf } from '../../../sim/plan/roles.ts';
import { smallPlan } from './small-plan.ts';

const [connector] = smallPlan.topology.connectors;

/** After what silence a connector of a plan gives a tunnel up. */
function givesUpAfter(pingInterval: Micros, deadAfter: Micros | undefined): Micros {
  assert.ok(connector);
  const behaviour = {
    ...smallPlan.behaviour,
    detection: { ...smallPlan.behaviour.detection, pingInterval, deadAfter },
  };
  return connectorConfigOf({ ...smallPlan, behaviour }, connector, ['service/1'], () => 'http://shop.internal/')
    .deadAfter;
}

test('a connector gives a silent tunnel up when the service does, without detection never between two pings', () => {
  assert.is(givesUpAfter(seconds(1), seconds(4)), seconds(4));
  assert.is(givesUpAfter(seconds(1), undefined), seconds(30));
  assert.is(givesUpAfter(minutes(1), undefined), minutes(3));
});

test.run();
