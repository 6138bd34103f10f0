import { HoldfastError } from '../../../proxy/host/errors.ts';

/** A request that could not be done: the status and text the control API answers with. */
export class ToxicsError extends HoldfastError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('ERR_TOXICS_REQUEST', message, { facts: { status } });
    this.name = 'ToxicsError';
    this.status = status;
  }
}

/** 400 with the prefix every bad body has. */
export function badBody(reason: string): ToxicsError {
  return new ToxicsError(400, `bad request body: ${reason}`);
}
