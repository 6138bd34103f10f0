import type { ApplicationPlan } from './plan.ts';

/** The path under which an application is published; begins and ends with `/`. Without one it has its host to itself. */
export function externalPathOf({ externalPath }: Pick<ApplicationPlan, 'externalPath'>): string {
  return externalPath ?? '/';
}

/** What users of an application ask for, in both worlds: the sample application answers with as many bytes. */
export function requestTarget(application: Pick<ApplicationPlan, 'externalPath' | 'backend'>): string {
  return `${externalPathOf(application)}bytes/${application.backend.responseBytes}`;
}
