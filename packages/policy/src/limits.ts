/** Interval clauses of the circuit. */
export const CLAUSES = 12;
/** Set clauses of the circuit. */
export const SET_CLAUSES = 4;
/** Conjunctions of the circuit. */
export const CONJUNCTIONS = 4;
/** Depth of the 8-ary tree of a policy set. */
export const SET_DEPTH = 2;
/** Members of a policy set: one of its 64 leaves is the first, whose value is 0. */
export const SET_MEMBERS = 63;
/** Coefficients are below this in absolute value. */
export const COEFFICIENT_LIMIT = 1n << 40n;
/** Bounds are below this in absolute value; the largest ones stand for "no bound". */
export const BOUND_LIMIT = 1n << 84n;
/** The upper bound that every value of a clause respects; its negative is the lower one. */
export const NO_BOUND = BOUND_LIMIT - 1n;
/** Length of a policy's text in UTF-16 units. */
export const TEXT_LIMIT = 16_384;
/** Conjunctions that may stand side by side while a text is brought into normal form. */
export const INTERMEDIATE_CONJUNCTIONS = 256;
