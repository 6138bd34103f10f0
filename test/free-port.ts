import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

/** Ports that are handed out; inclusive. Below what Linux (32768) and IANA (49152, RFC 6335 part 6) draw ephemeral ports from. */
const FIRST = 10_000;
const LAST = 32_767;

/**
 * A port nobody listens on now, for programs that cannot be told 0 and for addresses where nobody may answer.
 * It lies outside the ephemeral range: a port of that range, given back, soon belongs to a socket or a listener of a
 * test that runs beside this one, and each would then talk to the other. Rejects after 50 ports that were all taken.
 */
export async function freePort(): Promise<number> {
  const last = Math.min(LAST, firstEphemeralPort() - 1);
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = last > FIRST ? randomInt(FIRST, last + 1) : 0;
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    const { port: found } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return found;
  }
  throw new Error(`no free port between ${FIRST} and ${last}`);
}

/** The first of `count` such ports in a row. Rejects after 20 places where one of them was taken. */
export async function freePortRow(count: number): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const first = await freePort();
    const servers = Array.from({ length: count }, (_, place) => createServer().listen(first + place, '127.0.0.1'));
    const opened = await Promise.allSettled(servers.map((server) => once(server, 'listening')));
    for (const server of servers) server.close();
    if (opened.every(({ status }) => status === 'fulfilled')) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

/** Where the ephemeral range begins on this machine. */
function firstEphemeralPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t')[0]);
  } catch {
    return LAST + 1;
  }
}
