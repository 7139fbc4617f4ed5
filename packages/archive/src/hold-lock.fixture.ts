import { join } from 'node:path';
import { LOCK } from './layout.ts';
import { nodeFiles } from './node-files.ts';

// A process that holds an archive's lock until it is killed: run with the directory as its argument.

const lock = nodeFiles.lock(join(process.argv[2]!, LOCK));
if (!lock) throw new Error('the lock is held already');
process.stdout.write('held\n');
setInterval(() => lock, 60_000);
