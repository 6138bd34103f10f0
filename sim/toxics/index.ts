/** The embedded Toxiproxy-compatible fault proxy. See docs/toxics.md. */
export { runToxicsCommand } from './command.ts';
export type { ToxicsEvent, ToxicsFact } from './events.ts';
export { startToxicServer, TOXIPROXY_VERSION, type ToxicServer, type ToxicServerOptions } from './server.ts';
