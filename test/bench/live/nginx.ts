import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../free-port.ts';
import { Part } from './part.ts';

const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((file) => existsSync(file));

/** False where nginx is not installed (`apt-get install nginx`). */
export const hasNginx = program !== undefined;

/** nginx with one worker and this `server` block; `listen` is added. */
export async function startNginx(
  name: string,
  folder: string,
  server: string,
  http = '',
): Promise<{ part: Part; port: number }> {
  const port = await freePort();
  const prefix = path.join(folder, name.replace(/\W/g, '-'));
  mkdirSync(prefix);
  const file = path.join(prefix, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${prefix}/pid; error_log ${prefix}/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_timeout 65; keepalive_requests 1000000000;
  client_body_temp_path ${prefix}/body; proxy_temp_path ${prefix}/proxy; fastcgi_temp_path ${prefix}/fastcgi;
  uwsgi_temp_path ${prefix}/uwsgi; scgi_temp_path ${prefix}/scgi;
  ${http}
  server { listen 127.0.0.1:${port} reuseport; ${server} }
}
`,
  );
  const part = Part.program(name, program ?? 'nginx', ['-p', prefix, '-c', file, '-e', `${prefix}/error.log`]);
  for (let look = 0; look < 100; look++) {
    const answers = await fetch(`http://127.0.0.1:${port}/`).then(
      async (answer) => (await answer.arrayBuffer()) !== undefined,
      () => false,
    );
    if (answers) return { part, port };
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await part.stop();
  throw new Error(`${name}: nginx does not answer on ${port}`);
}
