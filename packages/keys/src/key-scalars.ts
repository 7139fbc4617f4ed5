import type { LinearCombination, R1cs } from '@assay/groth16';
import { bn254 } from '@noble/curves/bn254.js';
import { domainPower, lagrangeAt } from './domain.ts';
import type { ToxicWaste } from './toxic-waste.ts';

const { Fr } = bn254.fields;

/** The discrete logarithms of every point of a proving key, by section of its file. */
export interface KeyScalars {
  /** For each wire `u_s(tau)`, in G1. */
  readonly a: readonly bigint[];
  /** For each wire `v_s(tau)`, in G1 and again in G2. */
  readonly b: readonly bigint[];
  /** For each public wire `(beta u_s + alpha v_s + w_s)(tau) / gamma`. */
  readonly ic: readonly bigint[];
  /** For each other wire `(beta u_s + alpha v_s + w_s)(tau) / delta`. */
  readonly c: readonly bigint[];
  /** For each odd root of unity of the doubled domain its Lagrange polynomial at tau, over delta: snarkjs' quotient basis. */
  readonly h: readonly bigint[];
}

/**
 * Evaluates a circuit's quadratic arithmetic program (eprint 2016/260, section 2.3) at tau.
 *
 * A row is added for each public signal and the constant, with that wire alone on its left side: without them the
 * polynomials of public wires may be dependent, and a proof could serve for other signals.
 */
export function keyScalars(r1cs: R1cs, waste: ToxicWaste): KeyScalars {
  const publicWires = 1 + r1cs.publicOutputs + r1cs.publicInputs;
  const power = domainPower(r1cs.constraints.length, publicWires - 1);
  const lagrange = lagrangeAt(waste.tau, power);
  const u = new Array<bigint>(r1cs.wireCount).fill(0n);
  const v = new Array<bigint>(r1cs.wireCount).fill(0n);
  const w = new Array<bigint>(r1cs.wireCount).fill(0n);
  for (const [row, { a, b, c }] of r1cs.constraints.entries()) {
    addRow(u, a, lagrange[row]!);
    addRow(v, b, lagrange[row]!);
    addRow(w, c, lagrange[row]!);
  }
  for (let wire = 0; wire < publicWires; wire++) {
    u[wire] = Fr.add(u[wire]!, lagrange[r1cs.constraints.length + wire]!);
  }
  const [gammaInverse, deltaInverse] = [Fr.inv(waste.gamma), Fr.inv(waste.delta)];
  const combined = u.map((value, s) => Fr.add(Fr.add(Fr.mul(waste.beta, value), Fr.mul(waste.alpha, v[s]!)), w[s]!));
  const odd = lagrangeAt(waste.tau, power + 1).filter((_, i) => i % 2 === 1);
  return {
    a: u,
    b: v,
    ic: combined.slice(0, publicWires).map((value) => Fr.mul(value, gammaInverse)),
    c: combined.slice(publicWires).map((value) => Fr.mul(value, deltaInverse)),
    h: odd.map((value) => Fr.mul(value, deltaInverse)),
  };
}

function addRow(sums: bigint[], { wires, coefficients }: LinearCombination, lagrange: bigint): void {
  for (const [i, wire] of wires.entries()) {
    sums[wire] = Fr.add(sums[wire]!, Fr.mul(coefficients[i]!, lagrange));
  }
}
