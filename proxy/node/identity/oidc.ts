import type { Account, Client, Configuration, JWKS, KoaContextWithOIDC } from 'oidc-provider';
import { Provider } from 'oidc-provider';
import type { Random } from '../../host/random.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { TokenServiceConfig } from './token-config.ts';
import type { TokenStore } from './token-store.ts';

/** What the token service carries across a key rollover. */
export interface OidcParts {
  readonly config: TokenServiceConfig;
  readonly issuer: string;
  readonly store: TokenStore;
  readonly random: Random;
  /** Signs the provider's own cookies. */
  readonly cookieKey: string;
}

/**
 * oidc-provider as one client needs it: code flow with PKCE, ES256, consent given, lives as configured. The account id is
 * the user name (UPN), so `sub` names the user.
 */
export function oidcProvider(parts: OidcParts, keys: SigningKeys): Provider {
  const { config, issuer, store } = parts;
  const { from, to } = config.sessionLifeS;
  const accessLife = (): number => Math.max(1, Math.round(from + parts.random.next() * (to - from)));
  const known = new Set(config.users.map(({ name }) => name));
  const direct = (ctx: KoaContextWithOIDC, name: string | undefined): void => {
    if (name === undefined || name.length > 256 || !(config.anyUser || known.has(name))) return;
    ctx.oidc.session?.loginAccount({ accountId: name, transient: true });
  };
  const configuration: Configuration = {
    adapter: (model: string) => store.adapter(model),
    clients: [
      {
        client_id: config.clientId,
        ...(config.clientSecret === undefined ? {} : { client_secret: config.clientSecret }),
        token_endpoint_auth_method: config.clientSecret === undefined ? 'none' : 'client_secret_post',
        redirect_uris: [...config.redirectUris],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: keys.keys.map((key) => ({ ...key })) } as JWKS,
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access'],
    cookies: { keys: [parts.cookieKey] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    ttl: {
      AccessToken: accessLife,
      AuthorizationCode: config.codeLifeS,
      IdToken: 3600,
      RefreshToken: 90 * 86_400,
      Session: 86_400,
      Grant: 90 * 86_400,
      Interaction: 600,
    },
    issueRefreshToken: async () => true,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id): Account => ({ accountId: id, claims: () => ({ sub: id }) }),
    loadExistingGrant: (ctx) => grantOf(ctx, config.clientId),
    extraParams: config.directSignIn ? { holdfast_user: direct } : [],
    renderError: (ctx, out) => {
      ctx.type = 'text/plain';
      ctx.body = `sign-in: ${out.error}${out.error_description === undefined ? '' : ` (${out.error_description})`}\n`;
    },
  };
  const provider = new Provider(issuer, configuration);
  // Behind fault links the connection is plain TCP; scheme and host of the issuer are what users see.
  provider.proxy = false;
  return provider;
}

/** The user's consent: there is one client, and administrators consented for everybody. */
async function grantOf(ctx: KoaContextWithOIDC, clientId: string) {
  const { oidc } = ctx;
  const id = oidc.result?.consent?.grantId ?? oidc.session?.grantIdFor(clientId);
  const existing = id === undefined ? undefined : await oidc.provider.Grant.find(id);
  if (existing !== undefined) return existing;
  const accountId = oidc.session?.accountId;
  if (accountId === undefined) return undefined;
  const grant = new oidc.provider.Grant({ accountId, clientId: (oidc.client as Client).clientId });
  grant.addOIDCScope('openid offline_access');
  await grant.save();
  return grant;
}
