import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makePrivateFolder, writePrivate } from './private-file.ts';

/** Documented life of an enrolment token. */
const tokenLifeMs = 3_600_000;
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

export interface EnrolmentTokens {
  /** A token for one connector, shown to the administrator once; only its hash is kept. */
  create(connectorId: string): string;
  /** The connector the token was made for; undefined when unknown, used or expired. It stays good. */
  holder(token: string): string | undefined;
  /** As `holder`, and spends the token. Of two redemptions one wins. */
  redeem(token: string): string | undefined;
}

/**
 * One-time tokens as files in a folder, so that the command that makes them and every service instance that redeems them
 * need share nothing else. Renaming a file succeeds exactly once, whoever races. `now` is epoch milliseconds.
 * @throws HoldfastError ERR_FILE when the folder cannot be made or written to
 */
export function enrolmentTokens(folder: string, now: () => number = Date.now): EnrolmentTokens {
  const open = path.join(folder, 'open');
  const used = path.join(folder, 'used');
  makePrivateFolder(used);
  return {
    create(connectorId) {
      dropExpired(open, now());
      const token = randomBytes(32).toString('base64url');
      writePrivate(
        path.join(open, `${hashOf(token)}.json`),
        JSON.stringify({ connectorId, expiresAt: now() + tokenLifeMs }),
      );
      return token;
    },
    holder(token) {
      if (!tokenShape.test(token)) return undefined;
      try {
        return holderIn(path.join(open, `${hashOf(token)}.json`), now());
      } catch {
        return undefined;
      }
    },
    redeem(token) {
      if (!tokenShape.test(token)) return undefined;
      const name = `${hashOf(token)}.json`;
      const taken = path.join(used, name);
      try {
        renameSync(path.join(open, name), taken);
      } catch {
        return undefined;
      }
      const connectorId = holderIn(taken, now());
      rmSync(taken);
      return connectorId;
    },
  };
}

function holderIn(file: string, now: number): string | undefined {
  const record = JSON.parse(readFileSync(file, 'utf8')) as { connectorId: string; expiresAt: number };
  return now < record.expiresAt ? record.connectorId : undefined;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function dropExpired(folder: string, now: number): void {
  makePrivateFolder(folder);
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    try {
      if ((JSON.parse(readFileSync(file, 'utf8')) as { expiresAt: number }).expiresAt <= now) rmSync(file);
    } catch {
      // Taken by another process meanwhile, or half written: not ours to judge.
    }
  }
}
