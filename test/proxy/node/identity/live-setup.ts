import type { Host } from '../../../../proxy/host/host.ts';
import { createNodeHost } from '../../../../proxy/node/host.ts';
import type { LivePort } from '../../../../proxy/node/identity/live-port.ts';
import { liveIdentityPort } from '../../../../proxy/node/identity/live-port.ts';
import { tokenServiceSchema } from '../../../../proxy/node/identity/token-config.ts';
import type { TokenService } from '../../../../proxy/node/identity/token-service.ts';
import { startTokenService } from '../../../../proxy/node/identity/token-service.ts';
import { IdentityClient } from '../../../../proxy/policy/identity-client.ts';
import type { IdentityOptions } from '../../../../proxy/policy/identity-options.ts';

export const callback = 'https://shop.contoso.com/.holdfast/callback';

export interface Live {
  readonly service: TokenService;
  readonly port: LivePort;
  readonly host: Host;
  /** A service instance of its own; all share the secret. */
  client(options?: Partial<IdentityOptions>): IdentityClient;
  close(): Promise<void>;
}

/** A real token service on a free port and the live port to it. */
export async function live(config: Record<string, unknown> = {}): Promise<Live> {
  const service = await startTokenService(
    tokenServiceSchema.parse({
      redirectUris: [callback],
      clientSecret: 'client secret',
      users: [{ name: 'ada@contoso.com', password: 'pa55' }, { name: 'bob@contoso.com' }],
      directSignIn: true,
      ...config,
    }),
  );
  const clientSecret = 'clientSecret' in config ? (config['clientSecret'] as string | undefined) : 'client secret';
  const port = liveIdentityPort({
    issuer: service.issuer,
    clientId: 'holdfast',
    clientSecret,
    ca: undefined,
  });
  const net = { dial: () => Promise.reject(new Error('none')), listen: () => Promise.reject(new Error('none')) };
  const host = createNodeHost({
    id: 'service/1',
    net,
    secret: 'shared by all',
    logTo: { write: () => true, onDrain: () => {} },
  });
  return {
    service,
    port,
    host,
    client: (options) => new IdentityClient(host, port, options),
    close: async () => {
      await port.close();
      await service.close();
      host.stop();
    },
  };
}
