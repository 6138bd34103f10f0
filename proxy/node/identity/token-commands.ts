import { z } from 'zod';
import { micros, seconds } from '../../host/units.ts';
import type { FaultHandle } from '../../token/faults.ts';
import type { TokenService } from './token-service.ts';

const command = z.union([
  z.strictObject({ mode: z.literal('up') }).describe('Heals every fault.'),
  z.strictObject({ mode: z.literal('slow'), addedMs: z.number().min(0).max(3_600_000) }),
  z.strictObject({
    mode: z.literal('errors'),
    rate: z.number().min(0).max(1),
    status: z.int().min(400).max(599),
    retryAfterS: z.int().min(0).nullable().default(null),
  }),
  z.strictObject({ mode: z.enum(['malformed', 'wrong-keys']) }),
  z.strictObject({ mode: z.literal('roll-keys'), keepOld: z.boolean().default(true) }),
  z
    .strictObject({ slow: z.number().min(1).max(1000) })
    .describe('Its own work takes this many times as long; 1 heals.'),
]);

/** What a command came to; `hits`: exchanges that the faults now in force touched. */
export type CommandAnswer =
  | { readonly ok: true; readonly hits: number }
  | { readonly ok: false; readonly problem: string };

/** Faults told from outside, one mode at a time beside the factor of slowness. */
export class TokenCommands {
  readonly #service: TokenService;
  #mode: FaultHandle | undefined = undefined;
  #busy: FaultHandle | undefined = undefined;

  constructor(service: TokenService) {
    this.#service = service;
  }

  /** Obeys one message; unknown ones are refused, never obeyed in part. */
  async obey(message: unknown): Promise<CommandAnswer> {
    const parsed = command.safeParse(message);
    if (!parsed.success) return { ok: false, problem: 'unknown command' };
    const told = parsed.data;
    const hits = (this.#mode?.hits() ?? 0) + (this.#busy?.hits() ?? 0);
    if ('slow' in told) {
      this.#busy?.heal();
      this.#busy = told.slow === 1 ? undefined : this.#service.fault({ kind: 'busy', factor: told.slow });
      return { ok: true, hits };
    }
    if (told.mode === 'roll-keys') {
      await this.#service.rollKeys(told.keepOld);
      return { ok: true, hits };
    }
    this.#mode?.heal();
    this.#mode = undefined;
    if (told.mode === 'slow') this.#mode = this.#service.fault({ kind: 'slow', added: micros(told.addedMs * 1000) });
    else if (told.mode === 'errors') {
      const { rate, status, retryAfterS } = told;
      const retryAfter = retryAfterS === null ? null : seconds(retryAfterS);
      this.#mode = this.#service.fault({ kind: 'errors', rate, status, retryAfter });
    } else if (told.mode !== 'up') this.#mode = this.#service.fault({ kind: told.mode });
    return { ok: true, hits };
  }
}
