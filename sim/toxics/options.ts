import { HoldfastError } from '../../proxy/host/errors.ts';

/** What the command was asked to do; flag names, defaults and meanings are those of toxiproxy-server. */
export interface ToxicsOptions {
  host: string;
  port: number;
  /** Path of a JSON file with proxies to create at the start, or ''. */
  config: string;
  /** '' means a random seed. */
  seed: string;
  runtimeMetrics: boolean;
  proxyMetrics: boolean;
  version: boolean;
  help: boolean;
  /** Further names allowed in Host and Origin; may be given several times. */
  allowHosts: string[];
}

/** The usage text of `holdfast toxics`. */
export const TOXICS_USAGE = `Usage: holdfast toxics [options]     (one dash or two)

An embedded fault proxy that speaks the API of Toxiproxy 2.12.

  -host string        host for the API to listen on (default localhost)
  -port number        port for the API to listen on, 0 for a free one (default 8474)
  -config file        JSON file with proxies to create at the start
  -seed string        decides every random draw (default: a random seed, logged)
  -runtime-metrics    serve metrics of the process at /metrics
  -proxy-metrics      serve byte counters of proxies at /metrics
  -allow-host name    allow this name in Host and Origin headers; may be repeated
  -version            print the version
  -help               print this text

LOG_LEVEL=trace|debug|info|warn|error|disabled chooses what is logged, as JSON lines on standard output.
`;

const FLAGS = ['runtime-metrics', 'proxy-metrics', 'version', 'help', 'h'];
const VALUES = ['host', 'port', 'config', 'seed', 'allow-host'];

/**
 * Reads the command line the way Go's flag package does: `-name value`, `-name=value`, one dash or two.
 * @throws HoldfastError ERR_TOXICS_USAGE with all problems at once
 */
export function parseToxicsOptions(argv: readonly string[]): ToxicsOptions {
  const options: ToxicsOptions = {
    host: 'localhost',
    port: 8474,
    config: '',
    seed: '',
    runtimeMetrics: false,
    proxyMetrics: false,
    version: false,
    help: false,
    allowHosts: [],
  };
  const problems: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argv[i] ?? '');
    const name = match?.[1] ?? '';
    if (FLAGS.includes(name)) {
      const given = match?.[2] ?? 'true';
      if (!/^(1|0|t|f|true|false)$/i.test(given)) problems.push(`invalid boolean value "${given}" for -${name}`);
      setFlag(options, name, /^(1|t|true)$/i.test(given));
    } else if (VALUES.includes(name)) {
      const value = match?.[2] ?? argv[++i];
      if (value === undefined) problems.push(`flag needs an argument: -${name}`);
      else setValue(options, name, value, problems);
    } else
      problems.push(match === null ? `unexpected argument: ${argv[i]}` : `flag provided but not defined: -${name}`);
  }
  if (problems.length > 0) {
    throw new HoldfastError('ERR_TOXICS_USAGE', problems.join('\n'), {
      hint: 'holdfast toxics -help lists the options',
    });
  }
  return options;
}

function setFlag(options: ToxicsOptions, name: string, on: boolean): void {
  if (name === 'runtime-metrics') options.runtimeMetrics = on;
  else if (name === 'proxy-metrics') options.proxyMetrics = on;
  else if (name === 'version') options.version = on;
  else options.help = on;
}

function setValue(options: ToxicsOptions, name: string, value: string, problems: string[]): void {
  if (name === 'host') options.host = value;
  else if (name === 'config') options.config = value;
  else if (name === 'seed') options.seed = value;
  else if (name === 'allow-host') options.allowHosts.push(value);
  else if (/^\d+$/.test(value) && Number(value) <= 65_535) options.port = Number(value);
  else problems.push(`invalid value "${value}" for -port: a number from 0 to 65535`);
}
