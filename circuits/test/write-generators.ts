import { writeFileSync } from 'node:fs';
import { generatorsSource } from './generators-source.ts';

writeFileSync(new URL('../lib/generators.circom', import.meta.url), generatorsSource());
