import { SCALAR_FIELD_ORDER } from './bn254.ts';

const FIELD_BYTES = 32;
const HEADER_BYTES = 12 + 12 + 4 + FIELD_BYTES + 4;

/** A `.wtns` file without its values: where they go, at its end, is zero. */
export interface WtnsFile {
  readonly file: Uint8Array;
  /** 32 bytes for each wire, little-endian. */
  readonly values: Uint8Array;
}

/** The iden3 wtns binary format, version 2: a header section with field and length, a section with the values. */
export function createWtns(wireCount: number): WtnsFile {
  const file = new Uint8Array(HEADER_BYTES + 12 + wireCount * FIELD_BYTES);
  const view = new DataView(file.buffer);
  let at = 0;
  const uint32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  for (const value of [0x736e7477, 2, 2, 1, 4 + FIELD_BYTES + 4, 0, FIELD_BYTES]) uint32(value);
  for (let word = 0n; word < 8n; word++) uint32(Number((SCALAR_FIELD_ORDER >> (32n * word)) & 0xffff_ffffn));
  for (const value of [wireCount, 2, wireCount * FIELD_BYTES, 0]) uint32(value);
  return { file, values: file.subarray(at) };
}
