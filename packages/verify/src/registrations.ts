import { parseEnvelope } from './envelope.ts';
import { parseRegistration, type Registration, type RegistrationKind } from './registration.ts';

type OfKind<K extends RegistrationKind> = Extract<Registration, { readonly kind: K }>;

/** What a registry says is in force, read from its envelopes, newest first of each kind. */
export class Registrations {
  readonly #registrations: readonly Registration[];

  private constructor(registrations: readonly Registration[]) {
    this.#registrations = registrations;
  }

  /** Reads registrations' envelopes; the log vouches for their signatures. @throws VerifyError `malformed` */
  static parse(envelopes: readonly Uint8Array[]): Registrations {
    return new Registrations(
      envelopes.flatMap((bytes) => {
        const { predicate } = parseEnvelope(bytes);
        return predicate.type === 'registration' ? [parseRegistration(predicate.kind, predicate.body)] : [];
      }),
    );
  }

  /** The first registration of a kind. */
  find<K extends RegistrationKind>(kind: K): OfKind<K> | undefined {
    return this.all(kind)[0];
  }

  /** All registrations of a kind. */
  all<K extends RegistrationKind>(kind: K): readonly OfKind<K>[] {
    return this.#registrations.filter((known): known is OfKind<K> => known.kind === kind);
  }
}
