import type { AllowedPaths, AllowedUrls } from './allowed-urls.ts';

/** An application as configuration told the connector. */
export interface ConnectorApplication {
  readonly id: string;
  readonly internalUrl: string;
  readonly singleSignOn: 'none' | 'kerberos';
  /** What this connector's own list lets it ask there; undefined: nothing, the application is not served here. */
  readonly allowed: AllowedPaths | undefined;
}

/**
 * Reads a configuration frame, which a service sends that need not be honest: every part of it is checked, and one that is
 * wrong spoils the whole. Members that are not known are left alone (a newer service may say more).
 * @returns the applications by id, or in words what is wrong
 */
export function readConfiguration(json: string, allowed: AllowedUrls): Map<string, ConnectorApplication> | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return 'not JSON';
  }
  const list = isObject(parsed) ? parsed['applications'] : undefined;
  if (!Array.isArray(list)) return 'no list of applications';
  const applications = new Map<string, ConnectorApplication>();
  for (const [index, entry] of (list as readonly unknown[]).entries()) {
    const application = readApplication(entry, allowed);
    if (typeof application === 'string') return `application ${index}: ${application}`;
    if (applications.has(application.id)) return `application ${index}: the id of another one`;
    applications.set(application.id, application);
  }
  return applications;
}

function readApplication(entry: unknown, allowed: AllowedUrls): ConnectorApplication | string {
  if (!isObject(entry)) return 'not an object';
  const { id, internalUrl, singleSignOn = 'none' } = entry;
  if (typeof id !== 'string' || id === '') return 'no id';
  if (typeof internalUrl !== 'string' || internalUrl === '') return 'no internalUrl';
  if (singleSignOn !== 'none' && singleSignOn !== 'kerberos') return 'unknown singleSignOn';
  return { id, internalUrl, singleSignOn, allowed: allowed.pathsOf(internalUrl) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
