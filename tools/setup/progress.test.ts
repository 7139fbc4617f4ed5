import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from './progress.ts';

function stream(isTTY: boolean) {
  let text = '';
  return {
    isTTY,
    columns: 60,
    write: (part: string) => {
      text += part;
    },
    text: () => text,
  };
}

test('away from a terminal each piece of work has a line when it starts and one when it ends', async () => {
  const output = stream(false);
  const progress = new Progress('circuits', 2, output);
  assert.equal(await progress.during('a', async () => 7), 7);
  progress.end();
  const lines = output
    .text()
    .replaceAll(/\d+\.\d/g, 'N')
    .split('\n');
  assert.deepEqual(lines, ['circuits: a ...', 'circuits: a done in N s', 'circuits: 1 done in N s', '']);
});

test('work that fails is said to have failed, and its error goes on', async () => {
  const output = stream(false);
  const progress = new Progress('circuits', 1, output);
  await assert.rejects(
    progress.during('a', () => Promise.reject(new Error('boom'))),
    /boom/,
  );
  progress.end();
  assert.match(output.text(), /circuits: a failed after/);
});

test('nothing is said when there was nothing to do', () => {
  const output = stream(true);
  new Progress('circuits', 5, output).end();
  assert.equal(output.text(), '');
});

test('the bar fits the terminal', async () => {
  const output = stream(true);
  const progress = new Progress('circuits', 4, output);
  const drawn = Promise.withResolvers<void>();
  const write = output.write;
  output.write = (part) => {
    write(part);
    drawn.resolve();
  };
  await progress.during('a very long name of a circuit that would not fit', () => drawn.promise);
  progress.end();
  const bar = output.text().split('\r\x1b[K')[1] ?? '';
  assert.match(bar, /^circuits \[\.{20}\] 0\/4 /);
  assert.equal(bar.length, 59);
});
