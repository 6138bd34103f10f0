import { defineToxic } from '../toxic-type.ts';

export const noop = defineToxic({
  type: 'noop',
  extension: false,
  destructive: false,
  summary: 'Passes everything on unchanged.',
  attributes: {},
  start: (port) => ({ chunk: (chunk) => port.emit(chunk.bytes, chunk.at) }),
});
