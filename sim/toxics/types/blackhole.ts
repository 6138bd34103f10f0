import { defineToxic } from '../toxic-type.ts';

export const blackhole = defineToxic({
  type: 'blackhole',
  extension: true,
  destructive: true,
  summary:
    'Swallows everything in its direction, the close as well: a network that went silent. Use it in both directions for a partition. Removing it, or a change that spares them, closes the connections it acted on.',
  attributes: {},
  start: (port) => ({
    chunk: () => port.hit(),
    end() {
      port.hit();
      port.dropEnd();
    },
    removed: () => port.close(),
    // With a hole in the middle of its stream it would be of no use.
    spared: () => port.close(),
  }),
});
