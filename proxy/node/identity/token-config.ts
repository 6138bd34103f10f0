import { z } from 'zod';

const seconds = z
  .number()
  .positive()
  .max(90 * 86_400);

/** Configuration of the token service role, JSON. */
export const tokenServiceSchema = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on.'),
  port: z.int().min(0).max(65_535).default(0).describe('0: any free port, told in the ready line.'),
  issuer: z.url().optional().describe('Address users and the service reach it at; default: where it listens.'),
  tls: z
    .strictObject({ cert: z.string(), key: z.string() })
    .optional()
    .describe('PEM texts or files; without: plain HTTP.'),
  clientId: z.string().min(1).default('holdfast').describe('Of the proxy service, its one client.'),
  clientSecret: z.string().min(8).optional().describe('Without: a public client, PKCE alone.'),
  redirectUris: z
    .array(z.url())
    .min(1)
    .describe('Callback addresses of the published applications, exactly: https://HOST[:PORT]PATH.holdfast/callback.'),
  users: z
    .array(z.strictObject({ name: z.string().min(1).max(256), password: z.string().min(1).optional() }))
    .default([])
    .describe('Who can sign in. Without a password: only by direct sign-in.'),
  anyUser: z.boolean().default(false).describe('For tests: direct sign-in takes any user name.'),
  directSignIn: z
    .boolean()
    .default(false)
    .describe('For tests: `holdfast_user=NAME` in the address signs in without a page.'),
  sessionLifeS: z
    .strictObject({ from: seconds, to: seconds })
    .default({ from: 3600, to: 5400 })
    .refine(({ from, to }) => from <= to, 'from must not be above to')
    .describe('Life of an access token, uniform; documented: 60 to 90 minutes.'),
  codeLifeS: seconds.default(60).describe('Life of a code between sign-in page and service.'),
  exchangeTimeMs: z.number().min(0).max(60_000).default(0).describe('Least time an exchange takes.'),
  keysFile: z.string().optional().describe('Signing keys, kept over restarts; made when missing.'),
  controlPort: z.int().min(0).max(65_535).optional().describe('Loopback port that takes faults as JSON; 0: any.'),
  seed: z.string().default('token-service').describe('Of token lives and of errors at a rate.'),
});

export type TokenServiceConfig = z.output<typeof tokenServiceSchema>;
