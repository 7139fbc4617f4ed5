import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePolicy } from './compile-policy.ts';
import { evaluateCompiled } from './evaluate-compiled.ts';
import { failedSlots } from './failed-slots.ts';
import { samplePolicy, sampleSchema } from './sample.ts';

const slotOf = (name: string): number => sampleSchema.byName.get(name)!.slot;
const applicant = (values: Readonly<Record<string, bigint>>): bigint[] => {
  const x = new Array<bigint>(32).fill(0n);
  for (const [name, raw] of Object.entries(values)) {
    const { slot, minScaled } = sampleSchema.byName.get(name)!;
    x[slot] = raw - minScaled;
  }
  return x;
};
const compile = (cel: string) => compilePolicy(samplePolicy(cel), sampleSchema);

test('names the attributes of the conditions that fail, each once', () => {
  const policy = compile('age >= 21 && income >= 100000 && income - debt >= 0');
  assert.deepEqual(failedSlots(policy, applicant({ age: 20n, income: 200_000n, debt: 0n })), [slotOf('age')]);
  const poor = failedSlots(policy, applicant({ age: 30n, income: 100n, debt: 500n }));
  assert.deepEqual(new Set(poor), new Set([slotOf('income'), slotOf('debt')]));
});

test('of several ways to satisfy a policy, takes the one that lacks least, the first of equals', () => {
  const policy = compile('age >= 21 && income >= 100000 || age >= 60');
  assert.deepEqual(failedSlots(policy, applicant({ age: 20n, income: 100n })), [slotOf('age')]);
  const first = compile('income >= 100000 || age >= 60');
  assert.deepEqual(failedSlots(first, applicant({ age: 20n, income: 100n })), [slotOf('income')]);
});

test('names nothing exactly where the policy holds', () => {
  const policy = compile('age >= 21 && income >= 100000 || age >= 60 && income - debt >= 0');
  const raw = fc.record({
    age: fc.bigInt({ min: 18n, max: 70n }),
    income: fc.bigInt({ min: 0n, max: 200_000n }),
    debt: fc.bigInt({ min: 0n, max: 200_000n }),
  });
  fc.assert(
    fc.property(raw, (values) => {
      const x = applicant(values);
      assert.equal(failedSlots(policy, x).length === 0, evaluateCompiled(policy, x));
    }),
  );
});
