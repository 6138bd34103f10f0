import { randomBytes } from 'node:crypto';
import {
  createDeployment,
  type DeploymentOptions,
  defaultDeployment,
  isLocal,
} from '../../../proxy/node/deployment/create.ts';
import { exitCodes } from '../exit-codes.ts';
import { usage } from '../options.ts';
import { shellWord } from '../shell-word.ts';

const mostPort = 65_535;
const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

interface Options {
  readonly port: string;
  /** The first is where users and connectors go. */
  readonly host?: readonly string[];
}

/** Writes a complete proxy into a new folder and says how to start it. */
export async function deployment(folder: string, options: Options): Promise<number> {
  const chosen = chosenOptions(options);
  const { roles, url, caFile } = await createDeployment(folder, chosen);
  const { name, password } = chosen.user;
  const commands = roles.map(({ role, configFile }) => `  holdfast ${role} --config ${shellWord(configFile)}\n`);
  process.stdout.write(
    [
      `A complete proxy for ${isLocal(chosen.host) ? 'this machine' : chosen.host} is in ${folder}. `,
      'Start each part in a terminal of its own, in this order:\n\n',
      ...commands,
      `\nThen ${url} asks you to sign in: ${name}, password ${password}.\n`,
      `Browsers warn unless they trust ${caFile}. The connectors’ one-time tokens are good for an hour.\n`,
      reach(chosen),
    ].join(''),
  );
  return exitCodes.met;
}

function chosenOptions(options: Options): DeploymentOptions {
  const first = Number(options.port);
  if (!Number.isInteger(first) || first < 1 || first + 4 > mostPort) {
    throw usage(`--port ${options.port} is no first of five ports`, `a whole number from 1 to ${mostPort - 4}`);
  }
  const names = (options.host ?? []).map((name) => name.toLowerCase());
  const wrong = names.find((name) => !hostName.test(name));
  if (wrong !== undefined) {
    throw usage(`--host ${wrong} is no host`, 'a name or an IPv4 address, without a port: --host proxy.example.com');
  }
  const [host = defaultDeployment.host, ...otherNames] = names;
  const ports = { front: first, tunnel: first + 1, admin: first + 2, token: first + 3, backend: first + 4 };
  // Others can reach it: the password that everybody knows would let them in.
  const password = isLocal(host) ? defaultDeployment.user.password : randomBytes(9).toString('base64url');
  return { ...defaultDeployment, host, otherNames, ports, user: { ...defaultDeployment.user, password } };
}

/** What a firewall in between must let through. */
function reach({ host, ports }: DeploymentOptions): string {
  if (isLocal(host)) return '';
  return `${host} must lead here: users to ports ${ports.front} and ${ports.token}, connectors to ${ports.tunnel} and ${ports.admin}.\n`;
}
