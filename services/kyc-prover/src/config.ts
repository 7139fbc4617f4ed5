import { readFileSync } from 'node:fs';
import { KycProverError } from './kyc-prover-error.ts';

/** How this service is set up: the JSON file that `ASSAY_CONFIG` names. Paths are absolute or relative to the working directory. */
export interface Config {
  /** Directory of the openings and the outbox. */
  readonly dir: string;
  /** Address to serve on, such as `127.0.0.1:0`. */
  readonly listen: string;
  readonly bank: string;
  readonly bus: { readonly servers: readonly string[]; readonly monitorUrls: readonly string[] };
  /** Address of the verifier. */
  readonly verifier: string;
  /** Directory of the published sets: `issuers.json`, `revocation.json`, `screening.json`. */
  readonly setsDir: string;
  /** X25519 key that jobs are sealed to, as a JWK. */
  readonly sealingKeyFile: string;
  /** The fairness prover's public key, as a JWK: the only recipient of sealed parameters and sums. */
  readonly fairnessKeyFile: string;
  /** Ed25519 seed that envelopes are signed with, 32 bytes. */
  readonly envelopeKeyFile: string;
  /** Folder of proving keys; the checkout's own by default. */
  readonly keysDir?: string;
  readonly proving: { readonly workers: number; readonly queueLimit: number };
  /** Whether keys whose secrets are public may be used. Only a demo sets this. */
  readonly allowDevelopmentKeys: boolean;
  readonly otlpEndpoint?: string;
}

/** Reads the configuration. @throws KycProverError `CONFIG` naming the member */
export function loadConfig(path: string | undefined): Config {
  if (path === undefined) throw new KycProverError('CONFIG', 'ASSAY_CONFIG names no configuration file');
  const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = json[name];
    if (typeof value !== 'string' || value === '') throw new KycProverError('CONFIG', `${name} is not a text`);
    return value;
  };
  const optional = (name: string): string | undefined => (json[name] === undefined ? undefined : text(name));
  const object = (name: string): Record<string, unknown> => {
    const value = json[name];
    if (typeof value !== 'object' || value === null) throw new KycProverError('CONFIG', `${name} is not an object`);
    return value as Record<string, unknown>;
  };
  const texts = (owner: string, name: string): string[] => {
    const value = object(owner)[name];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new KycProverError('CONFIG', `${owner}.${name} is not a list of texts`);
  };
  const count = (owner: string, name: string, min: number): number => {
    const value = object(owner)[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
    throw new KycProverError('CONFIG', `${owner}.${name} is not an integer of at least ${min}`);
  };
  const keysDir = optional('keysDir');
  const otlpEndpoint = optional('otlpEndpoint');
  return {
    dir: text('dir'),
    listen: text('listen'),
    bank: text('bank'),
    bus: { servers: texts('bus', 'servers'), monitorUrls: texts('bus', 'monitorUrls') },
    verifier: text('verifier'),
    setsDir: text('setsDir'),
    sealingKeyFile: text('sealingKeyFile'),
    fairnessKeyFile: text('fairnessKeyFile'),
    envelopeKeyFile: text('envelopeKeyFile'),
    proving: { workers: count('proving', 'workers', 1), queueLimit: count('proving', 'queueLimit', 0) },
    allowDevelopmentKeys: json.allowDevelopmentKeys === true,
    ...(keysDir !== undefined && { keysDir }),
    ...(otlpEndpoint !== undefined && { otlpEndpoint }),
  };
}
