import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Why the browser's tests are skipped where there is none. */
export const NO_CHROMIUM = 'there is no Chromium: install Debian’s package chromium, or set CHROMIUM_BIN';

/** Path of a Chromium: `CHROMIUM_BIN`, else the first on PATH; nothing where there is none. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_BIN;
  if (named !== undefined && named !== '') return resolve(named);
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
