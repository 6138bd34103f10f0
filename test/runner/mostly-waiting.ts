/** Files that wait for real time-outs and real load rather than compute: they run beside the others, one at a time. */
export const mostlyWaiting: readonly string[] = [
  'test/cli/live.test.ts',
  'test/proxy/node/roles.test.ts',
  'test/proxy/node/identity/live-port.test.ts',
  'test/proxy/token/recorded.test.ts',
];
