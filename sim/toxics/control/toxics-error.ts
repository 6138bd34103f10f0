import { HoldfastError } from '../../../proxy/host/errors.ts';

/** A request that could not be done: the status and text the control API answers with. */
export class ToxicsError extends HoldfastError {
  readonly status: number;

  /** @param facts what else is known, for those who must tell such errors apart */
  constructor(status: number, message: string, facts: HoldfastError['facts'] = {}) {
    super('ERR_TOXICS_REQUEST', message, { facts: { ...facts, status } });
    this.name = 'ToxicsError';
    this.status = status;
  }
}

/** 400 with the prefix every bad body has. */
export function badBody(reason: string): ToxicsError {
  return new ToxicsError(400, `bad request body: ${reason}`);
}
