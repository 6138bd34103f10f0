import { defineToxic } from '../toxic-type.ts';

export const refuse = defineToxic({
  type: 'refuse',
  extension: true,
  destructive: true,
  summary:
    'Refuses new connections; open ones live on. At toxicity 1 without conditions the port is closed, so connecting fails with ECONNREFUSED; otherwise chosen connections are reset right after the accept.',
  attributes: {},
  admit: () => ({ kind: 'refuse' }),
  start: (port) => ({ chunk: (chunk) => port.emit(chunk.bytes, chunk.at) }),
});
