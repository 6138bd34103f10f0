/**
 * Fields in which some servers (IIS with URL Rewrite, older PHP frameworks, nginx set-ups) read another path or host than the
 * request line and Host say, canonical. Passed on from a user they would evade the sign-in of a path, from a service the
 * connector's own list of internal URLs.
 */
export const urlClaims: readonly string[] = [
  'x-original-url',
  'x-original-uri',
  'x-original-host',
  'x-rewrite-url',
  'x-host',
  'x-envoy-original-path',
];
