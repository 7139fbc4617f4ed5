import { readFileSync } from 'node:fs';
import { ConfigError } from './error.ts';

/**
 * One object of a configuration file. Each member is taken once, in the form that is asked for; `end` refuses what nobody
 * took, so that a misspelt member is an error and not a silent default. All methods throw ConfigError `CONFIG_MEMBER`.
 */
export class Section {
  readonly #members: Map<string, unknown>;
  readonly #path: string;

  private constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ConfigError('CONFIG_MEMBER', `${path === '' ? 'the configuration' : path} is not an object`);
    }
    this.#members = new Map(Object.entries(value));
    this.#path = path;
  }

  /** Reads a JSON file. @throws ConfigError `CONFIG_UNREADABLE` */
  static load(path: string | undefined): Section {
    if (path === undefined) throw new ConfigError('CONFIG_UNREADABLE', 'ASSAY_CONFIG names no configuration file');
    try {
      return Section.parse(readFileSync(path, 'utf8'));
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause;
      throw new ConfigError('CONFIG_UNREADABLE', `${path} cannot be read`, { cause });
    }
  }

  /** Reads JSON. @throws ConfigError `CONFIG_UNREADABLE` */
  static parse(text: string): Section {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ConfigError('CONFIG_UNREADABLE', 'the configuration is not JSON');
    }
    return new Section(value, '');
  }

  /** Whether a member is there and not yet taken. */
  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** An object. */
  section(name: string): Section {
    return new Section(this.#take(name), this.#nameOf(name));
  }

  /** A list of objects, one at least. */
  sections(name: string): readonly Section[] {
    const value = this.#take(name);
    if (!Array.isArray(value) || value.length === 0) throw this.fault(name, 'is not a list of objects');
    return value.map((item, at) => new Section(item, `${this.#nameOf(name)}[${at}]`));
  }

  /** A text with at least one character, of a form where one is given. */
  text(name: string, pattern = /./): string {
    const value = this.#take(name);
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw this.fault(name, 'is not a text of the form it should have');
  }

  /** A text that may be left out, as an object to spread. */
  optionalText<N extends string>(name: N): { readonly [K in N]?: string } {
    return this.has(name) ? ({ [name]: this.text(name) } as { readonly [K in N]: string }) : {};
  }

  /** The bytes of the file that a text names. */
  file(name: string): Uint8Array {
    const path = this.text(name);
    try {
      return readFileSync(path);
    } catch (cause) {
      throw this.fault(name, 'names a file that cannot be read', { cause });
    }
  }

  /** A list of texts, one at least. */
  texts(name: string): readonly string[] {
    const value = this.#take(name);
    if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && item !== '')) {
      return value;
    }
    throw this.fault(name, 'is not a list of texts');
  }

  /** True or false. */
  flag(name: string, fallback: boolean): boolean {
    if (!this.has(name)) return fallback;
    const value = this.#take(name);
    if (typeof value === 'boolean') return value;
    throw this.fault(name, 'is neither true nor false');
  }

  /** An integer between two bounds, both included. Without a fallback it has to be there. */
  count(name: string, min: number, max: number, fallback?: number): number {
    if (fallback !== undefined && !this.has(name)) return fallback;
    const value = this.#take(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw this.fault(name, `is not an integer from ${min} to ${max}`);
  }

  /** Refuses members that were not taken. */
  end(): void {
    for (const name of this.#members.keys()) throw this.fault(name, 'is not a member of the configuration');
  }

  /** The error for a member that is wrong. */
  fault(name: string, what: string, options?: ErrorOptions): ConfigError {
    return new ConfigError('CONFIG_MEMBER', `${this.#nameOf(name)} ${what}`, options);
  }

  #take(name: string): unknown {
    const value = this.#members.get(name);
    this.#members.delete(name);
    return value;
  }

  #nameOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}
