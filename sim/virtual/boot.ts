import { type Micros, micros, ms, seconds } from '../../proxy/host/units.ts';
import { externalPathOf } from '../plan/external-path.ts';
import type { Plan } from '../plan/plan.ts';
import { CookieJar } from '../workload/cookie-jar.ts';
import { FrontDoor } from '../workload/front-door.ts';
import { type Errand, runJourney } from '../workload/journey.ts';
import { type Kernel, worldLife } from './kernel.ts';
import { UserRequest, type UserSide } from './user-request.ts';

/** The slowest one-way trip of the topology. */
function worstLatency(plan: Plan): number {
  const { userLink, tokenLink, sites } = plan.topology;
  const links = [userLink, tokenLink, ...sites.flatMap(({ serviceLink, backendLink }) => [serviceLink, backendLink])];
  return Math.max(...links.map(({ latency, jitter }) => latency + jitter));
}

/**
 * From process start until all tunnels are open: connectors dial one tunnel every quarter second, at least one to each
 * instance, plus handshakes.
 */
function tunnelSpan(plan: Plan): Micros {
  const { connectors, instances } = plan.topology;
  const tunnels = Math.max(instances.length, ...connectors.map((connector) => connector.tunnels));
  return micros(ms(350 * tunnels) + 8 * worstLatency(plan) + ms(500));
}

/** World time before plan instant 0, in which processes start, tunnels open and caches fill. */
export function bootSpan(plan: Plan): Micros {
  return micros(tunnelSpan(plan) + 20 * worstLatency(plan) + 6 * plan.identity.exchangeTime + seconds(1));
}

/**
 * One sign-in through each instance once the tunnels are up, so that metadata and keys are in its caches: a service that
 * has been running for long has them. Not recorded. Sent at a kernel time of its own.
 */
export function fillCaches(plan: Plan, kernel: Kernel, side: UserSide): void {
  const application = plan.applications.find(({ preAuthentication }) => preAuthentication === 'token-service');
  if (application === undefined || !plan.identity.startInEquilibrium) return;
  const errand: Errand = { method: 'GET', target: externalPathOf(application), requestBytes: 0, signInAgain: true };
  for (const { id } of plan.topology.instances) {
    const frontDoor = new FrontDoor(plan.topology.frontDoor, [id]);
    const user = { name: `operator@${id}`, address: '10.255.255.254', jar: new CookieJar() };
    const visit = (): void => {
      const request = new UserRequest({ ...side, frontDoor }, user, application.externalHost, 0);
      runJourney(request, user.jar, errand, request.patience, { take: () => {} });
    };
    kernel.schedule(tunnelSpan(plan), { run: visit }, worldLife);
  }
}
