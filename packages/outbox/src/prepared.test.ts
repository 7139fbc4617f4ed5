import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { prepared } from './prepared.ts';

test('a statement is compiled once for each connection, and sees what was changed since', () => {
  const [one, other] = [new DatabaseSync(':memory:'), new DatabaseSync(':memory:')];
  for (const db of [one, other]) db.exec('CREATE TABLE things (name TEXT)');
  const count = 'SELECT count(*) AS n FROM things';
  assert.equal(prepared(one, count), prepared(one, count));
  assert.notEqual(prepared(one, count), prepared(other, count));
  prepared(one, 'INSERT INTO things VALUES (?)').run('a');
  one.exec('ALTER TABLE things ADD COLUMN size INTEGER');
  assert.equal(prepared(one, count).get()?.n, 1);
  assert.equal(prepared(other, count).get()?.n, 0);
});
