/**
 * Units of the whole code base. All time inside the seam is an integer count of microseconds: floats drift and the
 * last bit of `**` differs between V8 versions, integers up to 2^53 are exact (285 years).
 */
declare const unit: unique symbol;

/** A span of time in integer microseconds; may be zero, never negative where a function asks for one. */
export type Micros = number & { readonly [unit]: 'span' };

/** A point on a host's monotonic clock, in integer microseconds since that world began. */
export type Instant = number & { readonly [unit]: 'instant' };

/** Wall-clock time, milliseconds since 1970 UTC; may be skewed per part, so never subtract two parts' values. */
export type EpochMs = number & { readonly [unit]: 'epoch' };

/** A share in [0, 1]. */
export type Ratio = number & { readonly [unit]: 'ratio' };

/** Microseconds, rounded to the nearest whole one. */
export const micros = (n: number): Micros => Math.round(n) as Micros;
/** Milliseconds to Micros. */
export const ms = (n: number): Micros => Math.round(n * 1_000) as Micros;
/** Seconds to Micros. */
export const seconds = (n: number): Micros => Math.round(n * 1_000_000) as Micros;
/** Minutes to Micros. */
export const minutes = (n: number): Micros => Math.round(n * 60_000_000) as Micros;
/** Hours to Micros. */
export const hours = (n: number): Micros => Math.round(n * 3_600_000_000) as Micros;
/** Days to Micros. */
export const days = (n: number): Micros => Math.round(n * 86_400_000_000) as Micros;

/** An instant from raw microseconds since the world began. */
export const instant = (n: number): Instant => Math.round(n) as Instant;
/** Wall-clock time from raw milliseconds since 1970. */
export const epochMs = (n: number): EpochMs => n as EpochMs;
/** The instant `span` after `at`. */
export const after = (at: Instant, span: Micros): Instant => (at + span) as Instant;
/** The span from `from` to `to`; negative when `to` is earlier. */
export const elapsed = (from: Instant, to: Instant): Micros => (to - from) as Micros;
/** A span in (fractional) milliseconds, for the edges that speak milliseconds. */
export const toMs = (span: Micros): number => span / 1_000;
/** A span or instant in (fractional) seconds, for reports. */
export const toSeconds = (span: Micros | Instant): number => span / 1_000_000;
