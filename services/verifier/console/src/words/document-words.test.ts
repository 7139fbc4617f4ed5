import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fairnessDocument, partitionsDocument, schemaDocument } from '../../../../../packages/verify/test/world.ts';
import {
  fairnessRule,
  fairnessSentences,
  groupSentences,
  maskedAttributes,
  registrationTitle,
} from './document-words.ts';

test('a partition is told by the values that fall into each of its groups', () => {
  assert.deepEqual(groupSentences(partitionsDocument.partitions[0]!), [
    { group: 'unknown', values: 'unknown' },
    { group: 'young', values: 'age from 0 to below 40' },
    { group: 'old', values: 'age from 40 on' },
  ]);
});

test('a group that no interval leads to is empty, and a missing value is told by its flag', () => {
  const groups = groupSentences({
    ...partitionsDocument.partitions[0]!,
    groups: ['unknown', 'young', 'old', 'none'],
    missing: 'age_missing',
  });
  assert.equal(groups[0]?.values, 'where age_missing is set');
  assert.equal(groups[3]?.values, 'nobody');
});

test('a fairness policy is told with its own numbers', () => {
  const sentences = fairnessSentences(fairnessDocument);
  assert.match(sentences[0]!, /below 4\/5 of/);
  assert.match(sentences[1]!, /whether or not/);
  const strict = { ...fairnessDocument, significance: { zNum: 384, zDen: 100, required: true } };
  assert.match(fairnessSentences(strict)[1]!, /above 1\.96 standard errors/);
  assert.equal(
    fairnessRule(fairnessDocument.partitions[0]!),
    'age: young, old against the group with the highest rate',
  );
});

test('a mask names attributes, and slots that the schema leaves free', () => {
  assert.deepEqual(maskedAttributes(0b1000001n, schemaDocument), ['age', 'income']);
  assert.deepEqual(maskedAttributes(0b10n, schemaDocument), ['slot 1']);
});

test('a registration is titled by its document, or by what it is about', () => {
  assert.equal(
    registrationTitle('policy', { document: { name: 'p', version: '2' } }),
    'Eligibility policy p, version 2',
  );
  assert.equal(registrationTitle('slot', { scope: 'a/b/c', slot: 4 }), 'Slot 4 of a/b/c');
  assert.equal(registrationTitle('screening-root', { root: '1' }), 'Screening list');
});
