import type { Server } from 'node:net';
import { HoldfastError } from '../host/errors.ts';

/** Binds and listens, or rejects with a coded error that says what to do: ERR_PORT_IN_USE, ERR_LISTEN. */
export function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(listenError(error, host, port));
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

const thisMachine = 'The host must be an address of this machine; 127.0.0.1 for local use, 0.0.0.0 for all.';

function listenError(error: NodeJS.ErrnoException, host: string, port: number): HoldfastError {
  const facts = { host, port, errno: error.code ?? '' };
  if (error.code === 'EADDRINUSE') {
    return new HoldfastError('ERR_PORT_IN_USE', `port ${port} on ${host} is in use by another process`, {
      facts,
      hint: `Stop the other process (\`ss -ltnp 'sport = :${port}'\` names it), choose another port, or give 0 for any free one.`,
      cause: error,
    });
  }
  const hints: Readonly<Record<string, string>> = {
    EACCES: 'Ports below 1024 need a privilege; choose a higher one.',
    EADDRNOTAVAIL: thisMachine,
    ENOTFOUND: thisMachine,
    EAI_AGAIN: thisMachine,
  };
  return new HoldfastError('ERR_LISTEN', `cannot listen on ${host}:${port}: ${error.message}`, {
    facts,
    hint: hints[error.code ?? ''] ?? 'Check the host and the port in the configuration.',
    cause: error,
  });
}
