import { type Credential, createAuthority, issueClient, issueServer } from '../../proxy/node/certificates/authority.ts';
import type { Plan } from '../plan/plan.ts';

/** Longer than any live run; shorter than anything worth stealing. */
const lifeMs = 24 * 3_600_000;

/** What the roles of one run show each other. The authority is made for the run and forgotten with it. */
export interface RigCertificates {
  readonly ca: string;
  /** The public front and the tunnel listener of every instance. */
  readonly service: Credential;
  readonly tokenService: Credential;
  /** By connector id. */
  readonly connectors: ReadonlyMap<string, Credential>;
}

export async function rigCertificates(plan: Plan): Promise<RigCertificates> {
  const authority = await createAuthority('Holdfast run', { lifeMs });
  const hosts = plan.applications.map(({ externalHost }) => externalHost);
  const names = ['localhost', '127.0.0.1', ...hosts];
  const connectors = await Promise.all(
    plan.topology.connectors.map(async ({ id }) => [id, await issueClient(authority, id, { lifeMs })] as const),
  );
  return {
    ca: authority.cert,
    service: await issueServer(authority, names, { lifeMs }),
    tokenService: await issueServer(authority, ['localhost', '127.0.0.1'], { lifeMs }),
    connectors: new Map(connectors),
  };
}
