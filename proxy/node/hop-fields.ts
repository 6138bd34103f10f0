/**
 * Fields that belong to one hop (RFC 9110 7.6.1), in lower case. Every adapter of HTTP drops those of the hop it ends and
 * writes its own for the next. What policy does with names is in `proxy/policy/header-names.ts`.
 */
export const hopFields: readonly string[] = [
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
