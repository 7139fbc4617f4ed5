/** One method of a generated service definition. */
export interface Method {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** A generated service definition, such as `gateway.GatewayServiceService`. */
export type Service = Readonly<Record<string, Method>>;

/** The request message of a method. */
export type RequestOf<M> = M extends { readonly requestDeserialize: (bytes: Buffer) => infer T } ? T : never;

/** The response message of a method. */
export type ResponseOf<M> = M extends { readonly responseDeserialize: (bytes: Buffer) => infer T } ? T : never;

/** `package.Service` and `Method` of `/package.Service/Method`. */
export function splitPath(path: string): { readonly service: string; readonly method: string } {
  const [, service = '', method = ''] = path.split('/');
  return { service, method };
}

/** The one service that a definition describes. */
export function serviceName(service: Service): string {
  const [first] = Object.values(service);
  return splitPath(first?.path ?? '').service;
}
