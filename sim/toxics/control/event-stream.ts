import type { ServerResponse } from 'node:http';
import type { ToxicsEvent } from '../events.ts';
import type { Answer } from './answer.ts';
import { encode } from './json-body.ts';
import type { Call } from './routes.ts';

/** A subscriber that does not read is told how much it missed, instead of filling our memory. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/**
 * GET /holdfast/events: one JSON object a line, for as long as the client listens. `?since=N` first sends kept events
 * with a number above N; `?follow=0` ends after those.
 */
export function eventStream({ state, query }: Call): Answer {
  const since = query.get('since');
  const kept = since === null ? [] : state.events.since(Number(since) || 0);
  const answer = {
    status: 200,
    headers: { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' },
    body: kept.map(line).join(''),
  };
  if (query.get('follow') === '0') return answer;
  return {
    ...answer,
    stream(response: ServerResponse) {
      response.flushHeaders();
      let missed = 0;
      const stop = state.events.subscribe((event) => {
        if (response.writableLength > MOST_UNREAD_BYTES) {
          missed += 1;
          return;
        }
        if (missed > 0) response.write(`${encode({ type: 'missed', events: missed })}\n`);
        missed = 0;
        response.write(line(event));
      });
      response.once('close', stop);
    },
  };
}

function line(event: ToxicsEvent): string {
  return `${encode(event)}\n`;
}
