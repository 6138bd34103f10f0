import { readFile } from 'node:fs/promises';
import { isHoldfastError } from '../../proxy/host/errors.ts';
import { firstValue } from './control/json-body.ts';
import { JsonLog } from './json-log.ts';
import { formatAddress } from './listen-address.ts';
import { parseToxicsOptions, TOXICS_USAGE, type ToxicsOptions } from './options.ts';
import { type PreparedToxicServer, prepareToxicServer, TOXIPROXY_VERSION, type ToxicServer } from './server.ts';

/**
 * `holdfast toxics`: serves until SIGINT or SIGTERM.
 * @returns the exit code: 0 after a signal or -version, 2 for a wrong command line, a port that is taken or a host that is not this
 * machine's, 4 when the port cannot be opened for another reason
 */
export async function runToxicsCommand(argv: readonly string[]): Promise<number> {
  let options: ToxicsOptions;
  try {
    options = parseToxicsOptions(argv);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    process.stderr.write(`${error.message}\n\n${TOXICS_USAGE}`);
    return 2;
  }
  if (options.help || options.version) {
    process.stdout.write(options.help ? TOXICS_USAGE : `toxiproxy-server version ${TOXIPROXY_VERSION}\n`);
    return 0;
  }
  const { LOG_LEVEL } = process.env;
  const log = new JsonLog(LOG_LEVEL, (line) => process.stdout.write(line));
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  log.log('info', 'Starting Toxiproxy', { version: TOXIPROXY_VERSION });
  const prepared = prepareToxicServer({
    host: options.host,
    port: options.port,
    ...(options.seed === '' ? {} : { seed: options.seed }),
    allowedHosts: options.allowHosts,
    metrics: { proxy: options.proxyMetrics, runtime: options.runtimeMetrics },
    onError: (error) => log.log('error', 'internal error', { error: String(error) }),
  });
  // Before the API opens: whoever sees it answer finds the proxies of the file.
  if (options.config !== '') await populateFromFile(prepared, options.config, log);
  let server: ToxicServer;
  try {
    server = await prepared.listen();
  } catch (error) {
    log.log('error', 'Server finished with error', { error: String(error) });
    await prepared.close();
    return toldListenError(error as NodeJS.ErrnoException, formatAddress(options));
  }
  log.log('info', 'Listening', { url: server.url, seed: server.seed });
  const signal = await stopped;
  log.log('info', 'Shutdown started', { signal });
  await server.close();
  return 0;
}

/** On standard error, whatever LOG_LEVEL keeps off standard output: the command ends with it. */
function toldListenError({ code = '', message }: NodeJS.ErrnoException, address: string): number {
  const taken = code === 'EADDRINUSE';
  const hint = listenHints[code];
  process.stderr.write(
    `error: ${taken ? `another process holds ${address}` : `cannot listen on ${address}: ${message}`}\n`,
  );
  process.stderr.write(`  hint: ${hint ?? 'check -host and -port'}\n`);
  process.stderr.write(`  code: ${taken ? 'ERR_PORT_IN_USE' : 'ERR_LISTEN'}\n`);
  return hint === undefined ? 4 : 2;
}

const thisMachine = 'give -host an address of this machine: 127.0.0.1 for local use, 0.0.0.0 for all';
const listenHints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'choose another with -port N, or -port 0 for a free one',
  EACCES: 'ports below 1024 need a privilege; choose a higher one with -port N',
  EADDRNOTAVAIL: thisMachine,
  ENOTFOUND: thisMachine,
  EAI_AGAIN: thisMachine,
};

/** A file that cannot be used is logged and the server runs on, as the real one does. */
async function populateFromFile(server: PreparedToxicServer, file: string, log: JsonLog): Promise<void> {
  try {
    const { proxies, ignored } = await server.populate(firstValue(await readFile(file, 'utf8')));
    if (ignored.length > 0) log.log('warn', 'Ignored in the file', { config: file, ignored });
    log.log('info', 'Populated proxies from file', { proxies: proxies.length });
  } catch (error) {
    log.log('error', 'Failed to populate proxies from file', { config: file, error: String(error) });
  }
}
