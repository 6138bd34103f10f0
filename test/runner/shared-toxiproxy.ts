/**
 * True for a file that works on the one real Toxiproxy of TOXIPROXY_URL, when there is one. Such files run one at a time:
 * `/reset`, which several call, takes the toxics and enables the proxies of whoever else uses that server. (With
 * TOXIPROXY_BIN each file starts a server of its own.)
 */
export function sharesToxiproxy(file: string, url: string | undefined): boolean {
  return (url ?? '') !== '' && /^test\/sim\/toxics\/(rows-.*|differential)\.test\.ts$/.test(file);
}
