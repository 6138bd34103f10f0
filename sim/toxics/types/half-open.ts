import { defineToxic } from '../toxic-type.ts';

export const halfOpen = defineToxic({
  type: 'half_open',
  extension: true,
  destructive: true,
  summary:
    'The sender of its direction disappears: its side is reset, while the receiver keeps an open, silent connection on which what it sends is taken and dropped. `downstream` loses the server. Ends when the receiver closes, or the toxic is removed or no longer acts on the connection.',
  attributes: {},
  start(port) {
    port.abandonSender();
    const close = (): void => port.close();
    return { chunk: () => undefined, end: () => undefined, removed: close, spared: close };
  },
});
