/** The parts of the WebAssembly interface in use here; the compiler's own declarations come only with those of a browser. */
interface WebAssemblyInterface {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: unknown };
}

declare const compiled: unique symbol;

/** A compiled module, which can be instantiated any number of times. */
export interface WasmModule {
  readonly [compiled]: true;
}

/** The runtime's WebAssembly, typed. */
export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;
