import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HoldfastError, invariant } from '../../proxy/host/errors.ts';
import { toMs } from '../../proxy/host/units.ts';
import { actsOnLinks } from '../faults/part-effects.ts';
import type { Hop } from '../faults/world.ts';
import { tunnelSpan, tunnelsOf } from '../plan/boot-span.ts';
import type { Plan } from '../plan/plan.ts';
import { connectorConfigOf } from '../plan/roles.ts';
import { FaultLinks } from './fault-links.ts';
import { HopLinks } from './hop-links.ts';
import { failureAsTold, unlessInterrupted } from './interruption.ts';
import { driverPart } from './live-world.ts';
import { ProcessGroup } from './process-group.ts';
import { residueError } from './residue.ts';
import { Returns } from './returns.ts';
import { type RigCertificates, rigCertificates } from './rig-certificates.ts';
import {
  backendRole,
  connectorRole,
  internalHost,
  internalUrlOf,
  serviceRole,
  tokenServiceRole,
} from './role-configs.ts';
import type { Answer, ReadyLine, RoleProcess } from './role-process.ts';
import { siblingScript } from './sibling-script.ts';

export interface RigOptions {
  /** URL of a Toxiproxy to use; undefined starts the embedded one as a process. */
  readonly toxiproxy: string | undefined;
  /** The compiled command line, e.g. dist/sim/cli/main.js. */
  readonly cli: string;
  /** Trips when the user interrupts: a start ends then. */
  readonly interrupted?: AbortSignal;
}

/** What handshakes of many processes at once may take beyond what virtual time gives them. */
const slowMachineMs = 5_000;

interface RoleSpec {
  readonly command: string;
  readonly configFile: string;
}

/**
 * The plan's topology as real processes, every hop behind a fault link. Start order: fault server, token service,
 * backends, instances, connectors; each knows the others only by their links.
 */
export class Rig {
  readonly plan: Plan;
  readonly folder: string;
  readonly links: FaultLinks;
  readonly certificates: RigCertificates;
  /** Secret of the deployment: instances share it, and the load driver seals the sessions users arrive with. */
  readonly secret = randomBytes(32).toString('base64url');
  readonly password = randomBytes(12).toString('base64url');
  readonly #group: ProcessGroup;
  readonly #options: RigOptions;
  readonly #roles = new Map<string, RoleProcess>();
  readonly #specs = new Map<string, RoleSpec>();
  /** Factors in force: a process that is started again must be as slow as before, as in virtual time. */
  readonly #slowed = new Map<string, number>();
  readonly #hops: HopLinks;
  readonly #returns = new Returns();
  tokenOrigin = '';
  readonly instances: Array<{ id: string; origin: string }> = [];

  private constructor(
    plan: Plan,
    options: RigOptions,
    folder: string,
    group: ProcessGroup,
    links: FaultLinks,
    certificates: RigCertificates,
  ) {
    this.plan = plan;
    this.#options = options;
    this.folder = folder;
    this.#group = group;
    this.links = links;
    this.#hops = new HopLinks(links);
    this.certificates = certificates;
  }

  /**
   * Starts everything and waits until every connector has its tunnels, or for as long as they should take at most.
   * @throws HoldfastError ERR_ROLE_START, ERR_TOXIPROXY, ERR_TOXIPROXY_METRICS, ERR_INTERRUPTED; nothing is left running
   * then, or it is ERR_RESIDUE, which names it
   */
  static async start(plan: Plan, options: RigOptions): Promise<Rig> {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-'));
    const group = new ProcessGroup();
    group.ownFolder(folder);
    let links: FaultLinks | undefined;
    try {
      const url = options.toxiproxy ?? (await startToxics(group, plan.seed));
      const prefix = `holdfast-${process.pid}-${randomBytes(3).toString('hex')}-`;
      if (options.toxiproxy !== undefined) group.ownLinks(url, prefix);
      links = new FaultLinks(url, prefix, options.interrupted);
      if (await actsOnLinks(plan)) await links.needCounters();
      const certificates = await rigCertificates(plan);
      const rig = new Rig(plan, options, folder, group, links, certificates);
      await rig.#startAll();
      return rig;
    } catch (error) {
      const left = [...((await links?.close()) ?? []), ...(await group.close())];
      await rm(folder, { recursive: true, force: true });
      const failure = failureAsTold(options.interrupted, error);
      throw left.length === 0 ? failure : residueError(left, failure);
    }
  }

  /** Ends every process, removes every link and the folder. Returns what would not go: a residue. */
  async close(): Promise<string[]> {
    this.#returns.close();
    const links = await this.links.close();
    const roles = await this.#group.close();
    await rm(this.folder, { recursive: true, force: true });
    return [...links, ...roles];
  }

  role(part: string): RoleProcess {
    const role = this.#roles.get(part);
    if (role === undefined) throw unknownPart(part);
    return role;
  }

  async startDriver(script: string, configFile: string): Promise<RoleProcess> {
    const driver = await this.#group.start(driverPart, [script, configFile]);
    this.#roles.set(driverPart, driver);
    return driver;
  }

  /** True when it was on its way back from a kill before, and is not any more. */
  async kill(part: string): Promise<boolean> {
    const returning = await this.#returns.callOff(part);
    await this.#group.kill(this.role(part));
    return returning;
  }

  /**
   * Begins to start a killed role again, with its configuration, ports and slowness of before: a connector after its
   * restart delay, any other at once. Nobody waits for it: several that crashed together come back together, and faults
   * after them begin when the plan says. One that does not start is the `failure`.
   * @throws HoldfastError ERR_PART_UNKNOWN
   */
  async restart(part: string): Promise<void> {
    const spec = this.#specs.get(part);
    if (spec === undefined) throw unknownPart(part);
    const start = async (): Promise<void> => {
      await this.#launch(part, spec);
      const factor = this.#slowed.get(part);
      if (factor !== undefined) await this.order(part, { slow: factor });
    };
    const connector = this.plan.topology.connectors.find(({ id }) => id === part);
    this.#returns.begin(part, connector === undefined ? 0 : toMs(connector.restartDelay), start);
  }

  /** Why a part did not come back; undefined while all do. */
  get failure(): unknown {
    return this.#returns.failure;
  }

  /** Milliseconds that connector processes took from spawn to ready, one by one as they were started. */
  connectorStartsMs(): readonly number[] {
    return [...this.#roles]
      .filter(([part]) => part.startsWith('connector/'))
      .flatMap(([, role]) => role.startedInMs ?? []);
  }

  /** Asks a role something; undefined when it did not answer in time or refused. */
  async command(
    part: string,
    message: Readonly<Record<string, unknown>>,
    withinMs = 2_000,
  ): Promise<Answer | undefined> {
    return this.role(part).command(message, withinMs);
  }

  /**
   * Has a role change something; a frozen one is not waited for. A `slow` is told again after a restart.
   * @throws HoldfastError ERR_PART_UNKNOWN, ERR_ROLE_REFUSED
   */
  async order(part: string, message: Readonly<Record<string, unknown>>): Promise<void> {
    const { slow: factor } = message;
    if (factor === 1) this.#slowed.delete(part);
    else if (typeof factor === 'number') this.#slowed.set(part, factor);
    await this.role(part).order(message, 2_000);
  }

  /** Links of a hop that belong to a part, as the World port names parts. */
  linksOf(hop: Hop, part: string): readonly string[] {
    return this.#hops.of(hop, part);
  }

  async #startAll(): Promise<void> {
    const { plan } = this;
    const tokenLink = await this.#hops.open(
      'service-token',
      ['token-service'],
      'token',
      '127.0.0.1:1',
      plan.topology.tokenLink,
    );
    this.tokenOrigin = `https://${tokenLink}`;
    const token = await this.#role('token-service', 'token-service', tokenServiceRole(this));
    await this.links.redirect('token', `127.0.0.1:${portOf(token, 'port')}`);

    const backends = new Map<string, string>();
    for (const application of plan.applications) {
      const ready = await this.#role(`backend/${application.id}`, 'backend', backendRole(application));
      backends.set(application.id, `127.0.0.1:${portOf(ready, 'port')}`);
    }

    const tunnels: string[] = [];
    for (const instance of plan.topology.instances) {
      const ready = await this.#role(instance.id, 'service', serviceRole(this, instance.id, 0, 0));
      const front = `127.0.0.1:${portOf(ready, 'frontPort')}`;
      const origin = await this.#hops.open(
        'user-service',
        [instance.id],
        `front-${instance.id}`,
        front,
        plan.topology.userLink,
      );
      this.instances.push({ id: instance.id, origin: `https://${origin}` });
      tunnels.push(`127.0.0.1:${portOf(ready, 'tunnelPort')}`);
      // a restarted instance must be found where it was
      const pinned = serviceRole(this, instance.id, portOf(ready, 'frontPort'), portOf(ready, 'tunnelPort'));
      await this.#writeConfig(instance.id, pinned);
    }

    await Promise.all(
      plan.topology.connectors.map(async (connector) => {
        const site = plan.topology.sites.find(({ id }) => id === connector.site);
        invariant(site !== undefined, `the plan has the site of ${connector.id}`);
        const addresses: string[] = [];
        for (const [index, upstream] of tunnels.entries()) {
          const name = `tunnel-${connector.id}-${index}`;
          addresses.push(await this.#hops.open('service-connector', [connector.id], name, upstream, site.serviceLink));
        }
        const hosts: Record<string, string> = {};
        for (const [application, upstream] of backends) {
          const name = `backend-${connector.id}-${application}`;
          const parts = [connector.id, `backend/${application}`];
          hosts[internalHost(application)] = await this.#hops.open(
            'connector-backend',
            parts,
            name,
            upstream,
            site.backendLink,
          );
        }
        const config = connectorConfigOf(plan, connector, addresses, internalUrlOf);
        await this.#role(connector.id, 'connector', connectorRole(this, config, hosts));
      }),
    );
    await unlessInterrupted(this.#options.interrupted, () => this.#tunnelsOpen());
  }

  /** A connector is ready as soon as it dials. Without its tunnels in time the run begins all the same, as in virtual time. */
  async #tunnelsOpen(): Promise<void> {
    const { plan } = this;
    const end = performance.now() + toMs(tunnelSpan(plan)) + slowMachineMs;
    const open = plan.topology.connectors.map(async (connector) => {
      while (performance.now() < end && this.#options.interrupted?.aborted !== true) {
        const answer = await this.command(connector.id, { metrics: true }, 1_000);
        if (Number(answer?.['openTunnels']) >= tunnelsOf(plan, connector)) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    await Promise.all(open);
  }

  async #role(part: string, command: string, config: unknown): Promise<ReadyLine> {
    const configFile = await this.#writeConfig(part, config);
    const spec = { command, configFile };
    this.#specs.set(part, spec);
    return unlessInterrupted(this.#options.interrupted, () => this.#launch(part, spec));
  }

  async #writeConfig(part: string, config: unknown): Promise<string> {
    const configFile = path.join(this.folder, `${part.replaceAll('/', '-')}.json`);
    await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
    return configFile;
  }

  async #launch(part: string, spec: RoleSpec): Promise<ReadyLine> {
    const args = [this.#options.cli, spec.command, '--config', spec.configFile, '--with-parent'];
    const role = await this.#group.start(part, args);
    this.#roles.set(part, role);
    return role.ready();
  }
}

async function startToxics(group: ProcessGroup, seed: string): Promise<string> {
  const role = await group.start('fault links', [siblingScript(import.meta.url, 'toxics-process'), seed]);
  const ready = await role.ready();
  return String(ready['url']);
}

function unknownPart(part: string): HoldfastError {
  return new HoldfastError('ERR_PART_UNKNOWN', `no process for ${part}`, {
    facts: { part },
    hint: 'parts are the ids of the plan: service/1, connector/<site>/<n>, token-service',
  });
}

function portOf(ready: ReadyLine, name: string): number {
  const port = Number(ready[name]);
  invariant(Number.isInteger(port), `the ready line of a role names its ${name}`);
  return port;
}
