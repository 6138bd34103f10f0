import type { Connection } from './connection.ts';
import type { Toxic } from './toxic.ts';

/** What the toxics of a proxy say about a connection that was accepted. */
export interface BeforeDial {
  /** The toxic that refuses it. */
  readonly refusedBy: Toxic | undefined;
  /** Wait before dialling, the sum over all toxics. */
  readonly delayMs: number;
  readonly delayedBy: readonly Toxic[];
}

/**
 * Asks every toxic with a say before the dial. Draws are those the toxic makes on its link, so both agree.
 * @param taken true for a connection that was let in before: only its delay counts, since `refuse` spares open ones
 */
export function beforeDial(connection: Connection, toxics: readonly Toxic[], taken = false): BeforeDial {
  let delayMs = 0;
  const delayedBy: Toxic[] = [];
  for (const toxic of toxics) {
    const { admit } = toxic.definition;
    if (admit === undefined) continue;
    const site = connection.site(toxic.direction);
    if (toxic.allowedAt(site) !== true || !toxic.drawn(() => toxic.randomAt(site))) continue;
    const admission = admit(toxic.settings.attributes);
    if (admission.kind === 'delay' && admission.ms > 0) {
      delayMs += admission.ms;
      delayedBy.push(toxic);
    } else if (admission.kind === 'refuse' && !taken) return { refusedBy: toxic, delayMs: 0, delayedBy: [] };
  }
  return { refusedBy: undefined, delayMs, delayedBy };
}

/** True when the toxic refuses every connection, so that the port itself can be closed. */
export function closesPort(toxic: Toxic): boolean {
  return !toxic.sleeping && toxic.everywhere && toxic.definition.admit?.(toxic.settings.attributes).kind === 'refuse';
}
