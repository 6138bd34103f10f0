import { z } from 'zod';
import { micros } from '../../host/units.ts';
import { hidesOwnPaths } from '../../policy/own-paths.ts';
import { decodedPath } from '../../policy/request-path.ts';
import { span } from './config-types.ts';

const webSocketOrigin = z
  .string()
  .toLowerCase()
  .regex(/^https?:\/\/[^/]+$/, 'an origin: https://host or https://host:port');

/** A published application: the fields of PublishedApplication. */
export const applicationSchema = z.strictObject({
  id: z.string().min(1).describe('Its name in logs, cookies and metrics.'),
  externalHost: z.string().min(1).describe('Host (with the port, where it is not 443) of the address users type.'),
  externalPath: z
    .string()
    .regex(/^\/(.*\/)?$/, 'begins and ends with /')
    .refine((path) => decodedPath(path) === path && !/[?#]/.test(path), 'a plain path: nothing encoded, no dot segment')
    .refine((path) => !hidesOwnPaths(path), 'below .holdfast/ the service answers itself')
    .default('/')
    .describe('Applications may share a host under paths of their own.'),
  internalUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.endsWith('/'), 'ends with /')
    .describe('Where connectors reach it.'),
  hostHeader: z
    .enum(['internal', 'external'])
    .default('internal')
    .describe(
      'Host the application is sent: that of its internal URL, or the one the user typed, for applications that compare it with Origin.',
    ),
  group: z.string().min(1).describe('Connector group that serves it.'),
  preAuthentication: z
    .enum(['token-service', 'pass-through'])
    .default('token-service')
    .describe('Who comes in: signed-in users, or everybody.'),
  singleSignOn: z
    .enum(['none', 'kerberos'])
    .default('none')
    .describe('kerberos: in the virtual world only; a live service warns at its start and sends no ticket.'),
  userHeader: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, 'not a header field name')
    .refine(
      (name) => !/^(content-length|content-type|host|cookie|connection|via|transfer-encoding|upgrade)$/i.test(name),
      {
        message: 'this field has a meaning of its own; take one such as X-Auth-User',
      },
    )
    .optional()
    .describe('Header-based single sign-on: request field that tells the application who is signed in.'),
  backendTimeout: span
    .default(micros(85_000_000))
    .describe(
      'For the head of the answer, counted from the end of the request’s body, and for each silence inside the answer’s; documented: 85 s, or 180 s as “long”.',
    ),
  webSocketOrigins: z
    .union([z.literal('any'), z.array(webSocketOrigin)])
    .default([])
    .describe(
      'Origins of other pages that may open a WebSocket with the user’s session; default the application’s own.',
    ),
});
