/**
 * What an event is of. The order of events does not depend on it, only speed does: the kernel runs each kind at a call of
 * its own, so that the engine of the language knows what it calls there. One call for all of them meets more classes than it
 * keeps in mind (V8: four) and looks the method up in a table each time, which took a thirtieth of a run, measured.
 */
export const EventKind = {
  /** Whatever happens rarely. */
  other: 0,
  /** A user's request comes in. */
  arrival: 1,
  /** An exchange between a user and an instance. */
  exchange: 2,
  /** A message of a tunnel. */
  message: 3,
  /** A part's own sleep that nobody withdraws: the work of a core. */
  wake: 4,
  /** A call of a backend. */
  call: 5,
  /** The first of the timers of one span. */
  timers: 6,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];
