import type { Plan } from '../../plan/plan.ts';

/** What the harness writes for the load driver (a process of its own, so that the harness cannot delay a send). */
export interface DriverConfig {
  readonly plan: Plan;
  /** Link of each instance, plan order: `https://host:port`. */
  readonly instances: ReadonlyArray<{ readonly id: string; readonly origin: string }>;
  readonly tokenOrigin: string;
  /** PEM of the run's certificate authority. */
  readonly ca: string;
  /** Secret of the deployment: the driver makes the stationary sessions users arrive with. */
  readonly secret: string;
  readonly password: string;
  /** Load of the plan's own kind before instant 0, not counted, of users of its own: connections and compilers warm up. */
  readonly warmUpSeconds: number;
  /** Where the results go, JSON. */
  readonly resultFile: string;
}

/** What the harness tells the load driver, one JSON line each; all but `startAtNs` are answered. */
export interface DriverLine {
  /** Instant 0 of the plan on the clock of process.hrtime. */
  readonly startAtNs?: string;
  readonly metrics?: true;
  /** Instance to which no connection gets through from now on, or does again. */
  readonly blocked?: string;
  readonly unblocked?: string;
}

/** Columns as plain arrays, and how well the driver kept its plan. */
export interface DriverResult {
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly application: readonly number[];
  readonly outcome: readonly number[];
  readonly cause: readonly number[];
  /** Sends later than 20 ms after their planned instant. */
  readonly lateSends: number;
  readonly worstLatenessMs: number;
}

/** A send is late beyond this; more than 1 % of late sends make a run inconclusive. */
export const lateAfterMs = 20;
