import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loweringOptions, parseRegistration } from '@assay/model';
import { parseSchema } from '@assay/schema';
import { compareWithFloat } from './compare-with-float.ts';

const models = new URL('../../../examples/models/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, models), 'utf8'));

for (const name of ['retail-sklearn', 'retail-lightgbm', 'retail-network']) {
  test(`${name}: the report has decimals without exponents, an error above zero and below the band`, async () => {
    const registration = parseRegistration(read(`${name}.json`));
    const options = loweringOptions(registration, parseSchema(read(registration.schema) as never));
    const report = await compareWithFloat(readFileSync(new URL(registration.file, models)), options);
    assert.equal(report.rows, 10_000);
    assert.ok(report.inBand < 10);
    const figures = [report.largestError, report.widestBand, report.worstErrorToBand];
    for (const figure of figures) assert.match(figure, /^[0-9]+\.[0-9]+$/);
    const [error, band, worst] = figures.map(Number);
    assert.ok(error! > 0 && error! < band!);
    assert.ok(worst! > 0 && worst! <= 1);
  });
}
