import { z } from 'zod';
import { micros, seconds } from '../../host/units.ts';
import type { FaultHandle, TokenFault } from '../../token/faults.ts';
import type { TokenService } from './token-service.ts';

const command = z.union([
  z.strictObject({ metrics: z.literal(true) }),
  z.strictObject({ mode: z.literal('up') }).describe('Ends the mode.'),
  z.strictObject({ mode: z.literal('slow'), addedMs: z.number().min(0).max(3_600_000) }),
  z.strictObject({ mode: z.enum(['malformed', 'wrong-keys']) }),
  z.strictObject({ mode: z.literal('roll-keys'), keepOld: z.boolean().default(true) }),
  z
    .strictObject({ slow: z.number().min(1).max(1000) })
    .describe('Its own work takes this many times as long; 1 heals.'),
  z
    .strictObject({
      errors: z
        .strictObject({
          rate: z.number().min(0).max(1),
          status: z.int().min(400).max(599),
          retryAfterS: z.int().min(0).nullable().default(null),
        })
        .nullable(),
    })
    .describe('A share of the exchanges fails, whatever the mode; null heals.'),
]);

const taken =
  '{"mode":"up|slow|malformed|wrong-keys|roll-keys",…}, {"slow":factor}, {"errors":{rate,status,…}|null} and {"metrics":true}, nothing beside them';

/**
 * What a command came to; `hits`: exchanges that the mode and the slowness in force until now touched; `failed`: those that the
 * errors did.
 */
export interface Obeyed {
  readonly exchanges: number;
  readonly hits: number;
  readonly failed: number;
}

/** Faults told from outside, one mode at a time beside the factor of slowness and the errors. */
export class TokenCommands {
  readonly #service: TokenService;
  #mode: FaultHandle | undefined = undefined;
  #busy: FaultHandle | undefined = undefined;
  #errors: FaultHandle | undefined = undefined;

  constructor(service: TokenService) {
    this.#service = service;
  }

  /** Obeys one message; throws at an unknown one, which is never obeyed in part. */
  async obey(message: unknown): Promise<Obeyed> {
    const parsed = command.safeParse(message);
    if (!parsed.success) throw new Error(`a token service takes ${taken}`);
    const obeyed = {
      exchanges: this.#service.exchanges(),
      hits: (this.#mode?.hits() ?? 0) + (this.#busy?.hits() ?? 0),
      failed: this.#errors?.hits() ?? 0,
    };
    await this.#apply(parsed.data);
    return obeyed;
  }

  async #apply(told: z.output<typeof command>): Promise<void> {
    if ('metrics' in told) return;
    if ('slow' in told) {
      this.#busy?.heal();
      this.#busy = told.slow === 1 ? undefined : this.#service.fault({ kind: 'busy', factor: told.slow });
      return;
    }
    if ('errors' in told) {
      this.#errors?.heal();
      this.#errors = told.errors === null ? undefined : this.#service.fault(errorsOf(told.errors));
      return;
    }
    if (told.mode === 'roll-keys') {
      await this.#service.rollKeys(told.keepOld);
      return;
    }
    this.#mode?.heal();
    this.#mode = undefined;
    if (told.mode === 'slow') this.#mode = this.#service.fault({ kind: 'slow', added: micros(told.addedMs * 1000) });
    else if (told.mode !== 'up') this.#mode = this.#service.fault({ kind: told.mode });
  }
}

function errorsOf({
  rate,
  status,
  retryAfterS,
}: {
  rate: number;
  status: number;
  retryAfterS: number | null;
}): TokenFault {
  return { kind: 'errors', rate, status, retryAfter: retryAfterS === null ? null : seconds(retryAfterS) };
}
