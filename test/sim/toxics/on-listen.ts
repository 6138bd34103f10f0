import net from 'node:net';
import { afterwards } from './sockets.ts';

/**
 * Until the end of the test, `look` is told of every host that a port is opened on, before it is. What it gives back is
 * the system's error code with which that opening fails; undefined lets it be.
 */
export function onListen(look: (host: string) => string | undefined): void {
  const original = net.Server.prototype.listen;
  net.Server.prototype.listen = function listen(this: net.Server, ...args: unknown[]): net.Server {
    const code = look((args[0] as { host?: string }).host ?? '');
    if (code === undefined) return Reflect.apply(original, this, args);
    process.nextTick(() => this.emit('error', Object.assign(new Error(`listen ${code}`), { code })));
    return this;
  };
  afterwards(() => {
    net.Server.prototype.listen = original;
  });
}
