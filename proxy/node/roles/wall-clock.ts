import type { ControlMessage } from './run-role.ts';

/** A role's wall clock, which a control message may put wrong: how clock skew is tested on real processes. */
export class WallClock {
  #skewMs = 0;

  /** Epoch milliseconds as this role believes them. */
  readonly now = (): number => Date.now() + this.#skewMs;

  /** Obeys `{"wallSkewMs": n}`; undefined when the message is about something else. */
  command(message: ControlMessage): { readonly wallSkewMs: number } | undefined {
    const skew = message.wallSkewMs;
    if (skew === undefined) return undefined;
    if (typeof skew !== 'number' || !Number.isFinite(skew)) throw new Error('wallSkewMs must be a number');
    this.#skewMs = skew;
    return { wallSkewMs: skew };
  }
}
