/** The embedded Toxiproxy-compatible fault proxy. See docs/toxics.md. */
export { startToxicServer, TOXIPROXY_VERSION, type ToxicServer, type ToxicServerOptions } from './server.ts';
