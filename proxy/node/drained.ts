import type { Writable } from 'node:stream';

/** Resolves when the writer takes more, or will never again: whoever waits looks at it afterwards. Never rejects. */
export function drained(writer: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      writer.off('drain', settle);
      writer.off('close', settle);
      resolve();
    };
    writer.on('drain', settle);
    writer.on('close', settle);
  });
}
