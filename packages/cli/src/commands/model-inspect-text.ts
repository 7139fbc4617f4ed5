import type { LoweredModel, ModelSize } from '@assay/model';
import type { Inspection } from './model-inspect.ts';

/** What a person is told of a file that lowers, a line a fact. */
export function inspectionLines({ file, bytes, registration, model, circuits, agreement }: Inspection): string[] {
  const { report } = model;
  const { options, document } = registration;
  const facts: [string, string][] = [
    ['file', `${file}, ${number(bytes)} bytes${report.producer === '' ? '' : `, by ${report.producer}`}`],
    ['registration', document ?? 'none: class 1 above a raw score of 0'],
    ['family', sizeText(report.size)],
    ['circuits', circuits.map(({ name, constraints }) => `${name} (${constraintText(constraints)})`).join(', ')],
    ['approves', `class ${options.approveLabel} above ${cutoffText(model, options.cutoff)}`],
    ['factor', factorText(model)],
    ['reads', report.attributesRead.join(', ')],
    ['without effect', report.attributesWithoutEffect.join(', ')],
    ['takes in', report.attributesTouched.join(', ')],
    ['folded', report.operators.join(', ')],
    ['agreement', `${number(agreement.rows)} random applicants, ${percent(agreement.inBandShare)} within the band`],
    ['', `${agreement.disagreementsOutsideBand} decided differently outside it by onnxruntime`],
    [
      'band',
      `up to ${figure(agreement.widestBand)} on either side of the cutoff; the score of a float run is off by up to ${figure(agreement.largestError)}, at most ${percent(agreement.worstErrorToBand)} of its band`,
    ],
  ];
  const empty: Readonly<Record<string, string>> = { circuits: 'none: there is no proof system for this size' };
  return facts
    .map(([name, text]) => [name, text === '' ? (empty[name] ?? '') : text] as const)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name.padEnd(15)}${text}`);
}

function sizeText(size: ModelSize): string {
  switch (size.family) {
    case 'additive':
      return `additive: ${size.weights} of 32 weights, ${size.steps} of 32 steps`;
    case 'trees': {
      const { trees, depth } = size.shape;
      const constant = size.constantTrees === 0 ? '' : `; ${size.constantTrees} of one leaf in the bias`;
      return `trees: ${size.trees} of ${trees}, depth ${depth}, ${number(size.nodes)} nodes${constant}`;
    }
    case 'network':
      return `network: ${size.neurons.join('-')} neurons`;
  }
}

function constraintText(constraints: number | undefined): string {
  return constraints === undefined ? 'not counted' : `${number(constraints)} constraints`;
}

function cutoffText({ report }: LoweredModel, cutoff: Inspection['registration']['options']['cutoff']): string {
  if ('score' in cutoff) return `a raw score of ${cutoff.score}`;
  const link = report.link === 'probability' ? 'its score as it stands' : `${report.link}, cut off`;
  return `a probability of ${cutoff.probability} (${link})`;
}

function factorText({ report: { scale } }: LoweredModel): string {
  const tens = scale.tens === 0 ? '' : ` * 10^${scale.tens}`;
  return `2^${scale.twos}${tens}, ${scale.exact ? 'exact' : 'numbers rounded to it, and that charged to the band'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

function figure(value: number): string {
  return value.toPrecision(2);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
