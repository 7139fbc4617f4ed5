/** An operation or comparison of two 32-bit signed integers, by its WebAssembly opcode. */
export function integerBinary(opcode: number, a: number, b: number): number {
  switch (opcode) {
    case 0x46:
      return a === b ? 1 : 0;
    case 0x47:
      return a !== b ? 1 : 0;
    case 0x48:
      return a < b ? 1 : 0;
    case 0x49:
      return a >>> 0 < b >>> 0 ? 1 : 0;
    case 0x4a:
      return a > b ? 1 : 0;
    case 0x4b:
      return a >>> 0 > b >>> 0 ? 1 : 0;
    case 0x4c:
      return a <= b ? 1 : 0;
    case 0x4d:
      return a >>> 0 <= b >>> 0 ? 1 : 0;
    case 0x4e:
      return a >= b ? 1 : 0;
    case 0x4f:
      return a >>> 0 >= b >>> 0 ? 1 : 0;
    case 0x6a:
      return (a + b) | 0;
    case 0x6b:
      return (a - b) | 0;
    case 0x6c:
      return Math.imul(a, b);
    case 0x71:
      return a & b;
    case 0x72:
      return a | b;
    case 0x73:
      return a ^ b;
    case 0x74:
      return a << b;
    case 0x75:
      return a >> b;
    case 0x76:
      return (a >>> b) | 0;
    default:
      throw new RangeError(`no operation on 32-bit integers: ${opcode}`);
  }
}

/** Of two 64-bit signed integers: 1 or 0 for a comparison. */
export function longBinary(opcode: number, a: bigint, b: bigint): bigint | number {
  switch (opcode) {
    case 0x51:
      return a === b ? 1 : 0;
    case 0x84:
      return a | b;
    case 0x86:
      return BigInt.asIntN(64, a << (b & 63n));
    default:
      throw new RangeError(`no operation on 64-bit integers: ${opcode}`);
  }
}
