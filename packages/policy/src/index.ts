export { compilePolicy } from './compile-policy.ts';
export type { Clause, CompiledPolicy, SetClause } from './compiled-policy.ts';
export { type PolicyDocument, parsePolicyDocument } from './document.ts';
export { PolicyError, type PolicyErrorCode, type Position } from './error.ts';
export { celEvaluator, evaluateCel } from './evaluate-cel.ts';
export { evaluateCompiled } from './evaluate-compiled.ts';
export { CLAUSES, CONJUNCTIONS, SET_CLAUSES, SET_DEPTH, SET_MEMBERS } from './limits.ts';
export { type PolicySignals, policySignals } from './policy-signals.ts';
export type { NamedSets } from './read-condition.ts';
