import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process's TCP connections as the kernel sees them; works on a stopped process, which answers nobody. */
export interface ProcessSockets {
  /** Established connections. */
  readonly open: number;
  /** Connections with bytes that arrived and were not read. */
  readonly unread: number;
}

const established = '01';
const listening = '0A';

/** Looks at /proc. Undefined where there is none (Linux only) or the process is gone. */
export async function socketsOf(pid: number): Promise<ProcessSockets | undefined> {
  try {
    const folder = `/proc/${pid}/fd`;
    const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
    const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((table) => readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')),
    );
    return count(tables.join('\n'), inodes);
  } catch {
    return undefined;
  }
}

/** Columns of proc(5): 3 state, 4 transmit:receive queue in hex bytes, 9 inode. */
function count(tables: string, inodes: ReadonlySet<string>): ProcessSockets {
  let open = 0;
  let unread = 0;
  for (const line of tables.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const [state = '', queues = ''] = columns.slice(3);
    if (!inodes.has(columns[9] ?? '')) continue;
    if (state === established) open += 1;
    // a listener's queue is of connections nobody took yet, our own probes among them
    if (state !== listening && Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16) > 0) unread += 1;
  }
  return { open, unread };
}
