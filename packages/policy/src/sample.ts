import { parseSchema, type Schema } from '@assay/schema';
import type { PolicyDocument } from './document.ts';

/** A schema with every kind of attribute, for the tests of this package. */
export const sampleSchema: Schema = parseSchema({
  name: 'sample',
  version: '1',
  slots: [
    {
      slot: 0,
      name: 'income',
      kind: 'amount',
      digits: 2,
      min: '-1000',
      max: '90000000',
      protected: false,
      attestedBy: 'financial',
    },
    {
      slot: 1,
      name: 'debt',
      kind: 'amount',
      digits: 2,
      min: '0',
      max: '90000000',
      protected: false,
      attestedBy: 'financial',
    },
    { slot: 4, name: 'age', kind: 'count', min: '18', max: '120', protected: true, attestedBy: 'identity' },
    {
      slot: 9,
      name: 'opened',
      kind: 'date',
      min: '1970-01-01',
      max: '2099-12-31',
      protected: false,
      attestedBy: 'financial',
    },
    {
      slot: 17,
      name: 'purpose',
      kind: 'code',
      codes: [0, 1, 2, 3, 5, 8, 13, 21].map((code) => ({ code, label: `purpose ${code}` })),
      protected: false,
      attestedBy: 'self',
    },
    { slot: 30, name: 'employed', kind: 'flag', protected: false, attestedBy: 'financial' },
    { slot: 31, name: 'resident', kind: 'flag', protected: false, attestedBy: 'identity' },
  ],
});

/** A policy document with this text. */
export function samplePolicy(cel: string, rest: Partial<PolicyDocument> = {}): PolicyDocument {
  return { name: 'sample', version: '1', cel, requireAttested: [], requireIdentity: [], ordinalMax: 0, ...rest };
}
