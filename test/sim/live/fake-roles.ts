import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A command line whose roles listen nowhere, acknowledge every command, have their tunnels and write down what they were told. */
const cli = (diary: string): string => `
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const role = process.argv[2];
createInterface({ input: process.stdin })
  .on('line', (line) => {
    appendFileSync(${JSON.stringify(diary)}, role + ' ' + process.pid + ' ' + line + '\\n');
    process.stdout.write('{"ok":true,"result":{"openTunnels":64}}\\n');
  })
  .on('close', () => process.exit(0));
process.stdout.write('{"ready":true,"port":9,"frontPort":9,"tunnelPort":9}\\n');
`;

/** A warden that only writes down what it is told. */
const warden = (diary: string): string => `
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
createInterface({ input: process.stdin })
  .on('line', (line) => appendFileSync(${JSON.stringify(diary)}, line + '\\n'))
  .on('close', () => process.exit(0));
`;

/** Scripts for a test to run, and what they wrote down. */
export class FakeRoles {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'fake-roles-'));
  readonly #diary = path.join(this.#folder, 'diary');
  readonly cli = this.#script('cli.mjs', cli(this.#diary));
  readonly warden = this.#script('warden.mjs', warden(this.#diary));

  lines(): readonly string[] {
    try {
      return readFileSync(this.#diary, 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #script(name: string, text: string): string {
    const file = path.join(this.#folder, name);
    writeFileSync(file, text);
    return file;
  }
}
