import { signedInBefore, tunnelSpan } from '../plan/boot-span.ts';
import { externalPathOf } from '../plan/external-path.ts';
import type { Plan } from '../plan/plan.ts';
import { CookieJar } from '../workload/cookie-jar.ts';
import { FrontDoor } from '../workload/front-door.ts';
import { type Errand, runJourney } from '../workload/journey.ts';
import { type Kernel, worldLife } from './kernel.ts';
import { UserRequest, type UserSide } from './user-request.ts';

/** One sign-in through each instance once the tunnels are up. Not recorded. Sent at a kernel time of its own. */
export function fillCaches(plan: Plan, kernel: Kernel, side: UserSide): void {
  const application = signedInBefore(plan);
  if (application === undefined) return;
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
