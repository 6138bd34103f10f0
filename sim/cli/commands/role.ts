import { type RoleName, roles } from '../../../proxy/node/roles/index.ts';

/** Runs one role of the proxy in this process until it is told to stop. */
export async function role(
  name: RoleName,
  options: { readonly config: string; readonly withParent?: boolean },
): Promise<number> {
  return roles[name](options.config, { withParent: options.withParent === true });
}
