/**
 * The contracts' commands:
 *
 *     node packages/contracts/proto.ts generate          write src/gen anew
 *     node packages/contracts/proto.ts check             lint, format, and whether src/gen is what the files give
 *     node packages/contracts/proto.ts breaking [REF]    breaking changes against a commit, `main` by default
 */
import { checkBreaking } from './breaking.ts';
import { buf } from './buf.ts';
import { generate, staleFiles } from './generate.ts';

const [command, ref = 'main'] = process.argv.slice(2);
switch (command) {
  case 'generate':
    buf('lint');
    generate();
    break;
  case 'check': {
    buf('lint');
    buf('format', '--diff', '--exit-code');
    const stale = staleFiles();
    if (stale.length > 0) {
      throw new Error(`stale: ${stale.join(', ')}; run node packages/contracts/proto.ts generate`);
    }
    break;
  }
  case 'breaking':
    console.log(checkBreaking(ref) ? `nothing breaks against ${ref}` : `${ref} holds no contracts to compare with`);
    break;
  default:
    throw new Error('expected generate, check or breaking');
}
