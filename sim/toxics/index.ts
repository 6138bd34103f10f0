/** The embedded Toxiproxy-compatible fault proxy. See docs/toxics.md. */
export { runToxicsCommand } from './command.ts';
export type { NewProxy, NewToxic, ShownProxy, ShownToxic } from './control/proxy-shape.ts';
export { ToxicsError } from './control/toxics-error.ts';
export type { ToxicsEvent, ToxicsFact } from './events.ts';
export { startToxicServer, TOXIPROXY_VERSION, type ToxicServer, type ToxicServerOptions } from './server.ts';
