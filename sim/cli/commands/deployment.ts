import { createDeployment, defaultDeployment } from '../../../proxy/node/deployment/create.ts';
import { exitCodes } from '../exit-codes.ts';
import { usage } from '../options.ts';
import { shellWord } from '../shell-word.ts';

const mostPort = 65_535;

/** Writes a complete proxy for this machine into a new folder and says how to start it. */
export async function deployment(folder: string, options: { readonly port: string }): Promise<number> {
  const first = Number(options.port);
  if (!Number.isInteger(first) || first < 1 || first + 4 > mostPort) {
    throw usage(`--port ${options.port} is no first of five ports`, `a whole number from 1 to ${mostPort - 4}`);
  }
  const ports = { front: first, tunnel: first + 1, admin: first + 2, token: first + 3, backend: first + 4 };
  const { roles, url, caFile } = await createDeployment(folder, { ...defaultDeployment, ports });
  const { name, password } = defaultDeployment.user;
  const commands = roles.map(({ role, configFile }) => `  holdfast ${role} --config ${shellWord(configFile)}\n`);
  process.stdout.write(
    [
      `A complete proxy for this machine is in ${folder}. Start each part in a terminal of its own, in this order:\n\n`,
      ...commands,
      `\nThen ${url} asks you to sign in: ${name}, password ${password}.\n`,
      `Browsers warn unless they trust ${caFile}. The connectors’ one-time tokens are good for an hour.\n`,
    ].join(''),
  );
  return exitCodes.met;
}
