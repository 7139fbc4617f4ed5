import { assay } from './assay.ts';

process.exitCode = await assay(process.argv.slice(2), { print: console.log, complain: console.error });
