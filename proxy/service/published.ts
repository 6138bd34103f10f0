import type { HeaderPairs, RequestMessage, ResponseMessage } from '../host/message.ts';
import { type RequestHeaderRules, requestHeaderRules } from '../policy/headers.ts';
import { type OwnPaths, ownPaths } from '../policy/own-paths.ts';
import type { ResponseHeaderRules } from '../policy/response-headers.ts';
import type { WebSocketOrigins } from '../policy/web-socket-origin.ts';
import type { PublishedApplication } from './config.ts';

/** A published application with everything that is the same for all its requests, made once. */
export interface Published extends PublishedApplication {
  /** Host to send to the backend; undefined: the one the user typed. */
  readonly sentHost: string | undefined;
  readonly webSocketOrigins: WebSocketOrigins;
  readonly ownPaths: OwnPaths;
  readonly requestRules: RequestHeaderRules;
  readonly responseRules: ResponseHeaderRules;
}

/** @param via the service's pseudonym in Via; also how a loop is seen */
export function publish(application: PublishedApplication, via: string): Published {
  const internal = splitUrl(application.internalUrl);
  // Field by field: a spread gives every object a shape of its own to the engine, and each request reads ten of them.
  return {
    id: application.id,
    externalHost: application.externalHost,
    externalPath: application.externalPath,
    internalUrl: application.internalUrl,
    sentHost: application.hostHeader === 'external' ? undefined : internalHost(application.internalUrl),
    group: application.group,
    preAuthentication: application.preAuthentication,
    singleSignOn: application.singleSignOn,
    userHeader: application.userHeader,
    backendTimeout: application.backendTimeout,
    webSocketOrigins: application.webSocketOrigins ?? [],
    ownPaths: ownPaths(application.externalPath),
    requestRules: requestHeaderRules(via, application.userHeader),
    responseRules: {
      via,
      viaAlone: [['via', `1.1 ${via}`]],
      internalOrigin: internal.origin,
      internalPath: internal.path,
      externalPath: application.externalPath,
      hideNegotiate: application.singleSignOn === 'kerberos',
    },
  };
}

/**
 * The external target as the backend knows it: the published prefix becomes the internal one. Slashes that follow the prefix
 * are merged into its own: at the front of a target they would read as a host name.
 */
export function internalTarget(application: Published, target: string): string {
  const { externalPath, internalPath } = application.responseRules;
  if (externalPath === internalPath) return target;
  if (!target.startsWith(externalPath)) return target;
  return internalPath + target.slice(externalPath.length).replace(/^[/\\]+/, '');
}

/**
 * The way to `/app/` for whoever typed `/app`, which the index takes as a courtesy; undefined for every other target. Not
 * served there: links and cookies of the page would count from the directory above, which is other applications'.
 */
export function missingSlash({ externalPath }: Published, target: string): ResponseMessage | undefined {
  if (externalPath === '/' || target.startsWith(externalPath)) return undefined;
  const location = externalPath + target.slice(externalPath.length - 1);
  return { status: 308, headers: [['location', location]], body: undefined };
}

/** True for a WebSocket handshake; other upgrades are dropped (RFC 9110 7.8). */
export function asksForWebSocket(request: RequestMessage): boolean {
  return request.method === 'GET' && fieldIs(request.headers, 'upgrade', 'websocket');
}

function fieldIs(headers: HeaderPairs, name: string, value: string): boolean {
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as readonly [string, string];
    const field = pair[0];
    if (field.length === name.length && field.toLowerCase() === name) return pair[1].trim().toLowerCase() === value;
  }
  return false;
}

/** Host of an internal URL as its backend expects it, with a port that is not the scheme's own; undefined where it is no URL. */
function internalHost(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

function splitUrl(url: string): { origin: string; path: string } {
  const match = /^([a-z]+:\/\/[^/]+)(\/.*)?$/i.exec(url);
  const path = match?.[2] ?? '/';
  return { origin: match?.[1] ?? url, path: path.endsWith('/') ? path : `${path}/` };
}
