import { Groth16Error } from '../error.ts';

/** The error for a calculator that no graph can stand for. @param why a clause about the calculator, such as `it leaves its memory` */
export function unsupported(why: string): Groth16Error {
  return new Groth16Error('UNSUPPORTED_CALCULATOR', `the witness calculator cannot be made a graph: ${why}`);
}
