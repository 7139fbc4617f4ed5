// Preloaded into dependency-cruiser (node --import): it parses TypeScript with the compiler's programming interface, which
// TypeScript 7 does not have yet, so `typescript` means TypeScript 6 there.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) => next(specifier.replace(/^typescript(?=\/|$)/, 'typescript-6'), context),
});
