import type { ProxySettings, ToxicProxy } from '../proxy.ts';
import type { ProxyRequest } from '../proxy-table.ts';
import type { Toxic } from '../toxic.ts';
import { MOST_TOXICS, ToxicChain } from '../toxic-chain.ts';
import { ignoredFields } from './ignored-fields.ts';
import { type Fields, fieldOf, fields, flagField, textField, wrongType } from './json-body.ts';
import type { ShownProxy } from './proxy-shape.ts';
import { toxicFields, toxicFromBody, toxicJson } from './toxic-body.ts';
import { ToxicsError } from './toxics-error.ts';

function missing(field: string): ToxicsError {
  return new ToxicsError(400, `missing required field: ${field}`);
}

/**
 * The toxics a proxy is created with: checked completely, so that the proxy opens with all of them or not at all.
 * Anything but a list is ignored, as the real server ignores the field.
 * @param where which proxy of the request it is, for errors: '' or ` of proxy 2`
 */
function toxicsOf(body: Fields, where: string): { toxics: Toxic[]; ignored: string[] } {
  const given = fieldOf(body, 'toxics');
  if (!Array.isArray(given)) return { toxics: [], ignored: given === null ? [] : [`toxics${where} (no list)`] };
  if (given.length > MOST_TOXICS) throw new ToxicsError(400, `a proxy takes at most ${MOST_TOXICS} toxics`);
  const chain = new ToxicChain();
  const ignored: string[] = [];
  given.forEach((value: unknown, index) => {
    const place = `toxic ${index + 1}${where}`;
    try {
      const toxic = toxicFields(value);
      const made = toxicFromBody(toxic, chain);
      chain.add(made);
      for (const field of ignoredFields(toxic, made.definition)) ignored.push(`${field} of ${place}`);
    } catch (error) {
      if (!(error instanceof ToxicsError)) throw error;
      throw new ToxicsError(error.status, `${error.message} at ${place}`);
    }
  });
  return { toxics: chain.all(), ignored };
}

function request(body: Fields, where = ''): ProxyRequest {
  return {
    ...toxicsOf(body, where),
    lease: textField(body, 'lease', ''),
    name: textField(body, 'name', ''),
    listen: textField(body, 'listen', ''),
    upstream: textField(body, 'upstream', ''),
    enabled: flagField(body, 'enabled', true),
  };
}

/** @throws ToxicsError 400 */
export function proxyFromBody(value: unknown): ProxyRequest {
  const proxy = request(fields(value, 'toxiproxy.Proxy'));
  if (proxy.name === '') throw missing('name');
  if (proxy.upstream === '') throw missing('upstream');
  return proxy;
}

/**
 * The entries of a populate request, all checked before any is created.
 * @throws ToxicsError 400 naming the first bad entry, counting from 1.
 */
export function populateFromBody(value: unknown): ProxyRequest[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw wrongType(value, 'value', '[]toxiproxy.Proxy');
  const proxies = value.map((entry: unknown, index) =>
    request(fields(entry, 'toxiproxy.Proxy'), ` of proxy ${index + 1}`),
  );
  proxies.forEach((proxy, index) => {
    if (proxy.name === '') throw missing(`name at proxy ${index + 1}`);
    if (proxy.upstream === '') throw missing(`upstream at proxy ${index + 1}`);
  });
  return proxies;
}

/**
 * What an update changes in a proxy's settings; `name` is ignored.
 * @throws ToxicsError 400, at once
 */
export function proxyChangeFromBody(value: unknown): (now: ProxySettings) => ProxySettings {
  const body = fields(value, 'toxiproxy.Proxy');
  const over = (now: ProxySettings): ProxySettings => ({
    listen: textField(body, 'listen', now.listen),
    upstream: textField(body, 'upstream', now.upstream),
    enabled: flagField(body, 'enabled', now.enabled),
  });
  textField(body, 'name', '');
  over({ listen: '', upstream: '', enabled: false });
  return over;
}

/** A proxy as the API shows it. */
export function proxyJson(proxy: ToxicProxy): ShownProxy {
  return {
    name: proxy.name,
    listen: proxy.settings.listen,
    upstream: proxy.settings.upstream,
    enabled: proxy.settings.enabled,
    toxics: proxy.toxicChain.all().map(toxicJson),
  };
}
