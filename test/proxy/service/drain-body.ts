import type { BodySource } from '../../../proxy/host/message.ts';

/** Reads a body to its end; rejects when it breaks off. */
export async function drainBody(body: BodySource | undefined): Promise<void> {
  if (body === undefined) return;
  while ((await body.pull()) !== undefined);
}
