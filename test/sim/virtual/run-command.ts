/** usage: node run-command.js PLAN-JSON; prints digest, event hash and number of requests. For windows.test.ts. */
import type { Plan } from '../../../sim/plan/plan.ts';
import { runVirtualPlan } from '../../../sim/virtual/engine.ts';

const history = await runVirtualPlan(JSON.parse(process.argv[2] ?? '') as Plan);
console.log(`${history.planDigest} ${history.eventHash} ${history.requests.length}`);
