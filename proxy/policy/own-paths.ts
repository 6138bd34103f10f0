/**
 * The addresses the service answers itself. They lie under the application's own path, so that applications which share a
 * host sign in and out each by itself.
 */
export interface OwnPaths {
  /** Where the token service sends a user back to; `redirectUri` gives the whole address. */
  readonly callback: string;
  readonly signOut: string;
}

/** Reserved below the path of every pre-authenticated application. */
const reserved = '.holdfast/';

/** @param externalPath of the application, begins and ends with `/` */
export function ownPaths(externalPath: string): OwnPaths {
  return { callback: `${externalPath}${reserved}callback`, signOut: `${externalPath}${reserved}sign-out` };
}

/**
 * The address that must be registered at the token service, exactly, for each pre-authenticated application.
 * @param host as users type it, with the port where it is not 443
 */
export function redirectUri(host: string, externalPath: string): string {
  return `https://${host}${ownPaths(externalPath).callback}`;
}

/** True when an application at `externalPath` would take another one's callback and sign-out away. */
export function hidesOwnPaths(externalPath: string): boolean {
  return externalPath.includes(`/${reserved}`);
}
