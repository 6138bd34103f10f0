import { CancelSource } from '../../../proxy/host/cancel.ts';
import { toMs } from '../../../proxy/host/units.ts';
import { signedInBefore } from '../../plan/boot-span.ts';
import { requestTarget } from '../../plan/external-path.ts';
import type { Plan } from '../../plan/plan.ts';
import { CookieJar } from '../../workload/cookie-jar.ts';
import { journeyEnd } from '../../workload/journey.ts';
import { timerMs } from '../timer-span.ts';
import type { DriverConfig } from './driver-config.ts';
import type { HttpClient } from './http-client.ts';
import { LiveAgent } from './live-agent.ts';

const operatorName = (instance: string): string => `operator-${instance.replaceAll('/', '-')}@example.test`;

/** Who signs in before the load, one through each instance; nobody where a plan begins with nobody signed in. */
export function operatorNames(plan: Plan): readonly string[] {
  return signedInBefore(plan) === undefined ? [] : plan.topology.instances.map(({ id }) => operatorName(id));
}

/** Has them sign in, so that metadata and keys are in every instance's caches; what becomes of it is not recorded. */
export function signOperatorsIn({ plan, instances, tokenOrigin, password }: DriverConfig, client: HttpClient): void {
  const application = signedInBefore(plan);
  if (application === undefined) return;
  const errand = { method: 'GET', target: requestTarget(application), requestBytes: 0, signInAgain: true };
  for (const { id, origin } of instances) {
    const places = { serviceOrigin: () => origin, externalHost: application.externalHost, tokenOrigin };
    const credentials = { user: operatorName(id), password };
    const agent = new LiveAgent(client, places, credentials, new CookieJar(), () => {});
    const cancel = new CancelSource();
    const deadline = setTimeout(() => cancel.cancel('gave up'), timerMs(toMs(plan.outcome.deadline)));
    void journeyEnd(agent, new CookieJar(), errand, cancel).finally(() => clearTimeout(deadline));
  }
}
