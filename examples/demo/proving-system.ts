import type { Scene } from './scene.ts';

/** What proves the bank's applications, as its service said when it got ready. */
export function provingSystemOf({ stack }: Pick<Scene, 'stack'>): string {
  const { engine } = stack.said('kyc-prover');
  if (typeof engine !== 'string') throw new Error('kyc-prover does not say what it proves with');
  return engine;
}
