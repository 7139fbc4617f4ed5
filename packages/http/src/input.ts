/** The parameters of a request, checked by the contract: each has the type that the contract gives it. */
export class Input {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
    this.#values = new Map(Object.values(values).flatMap((place) => Object.entries(place)));
  }

  /** A text that is required. */
  text(name: string): string {
    return this.#values.get(name) as string;
  }

  /** A text that may be left out. */
  optionalText(name: string): string | undefined {
    return this.#values.get(name) as string | undefined;
  }

  /** Texts that may be repeated; none where it is left out. */
  texts(name: string): readonly string[] {
    return (this.#values.get(name) as readonly string[] | undefined) ?? [];
  }

  /** An integer that is required or has a default. */
  integer(name: string): number {
    return this.#values.get(name) as number;
  }

  /** An integer that may be left out. */
  optionalInteger(name: string): number | undefined {
    return this.#values.get(name) as number | undefined;
  }

  /** A time that may be left out, milliseconds since 1970. */
  optionalTime(name: string): number | undefined {
    const text = this.optionalText(name);
    return text === undefined ? undefined : Date.parse(text);
  }
}
