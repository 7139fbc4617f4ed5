export { type ArtifactPaths, defaultKeysFolder } from './artifact-index.ts';
export {
  type Artifacts,
  type LoadOptions,
  loadArtifacts,
  loadVerificationKeys,
  type PinnedVerificationKey,
} from './artifacts.ts';
export { type DeriveOptions, type DeriveProgress, deriveKeys } from './derive-keys.ts';
export { KeysError, type KeysErrorCode } from './error.ts';
export { type CeremonyRules, inspectZkey, isDevelopmentKey } from './inspect-zkey.ts';
export {
  assertUsable,
  type KeyClass,
  loadManifest,
  type Manifest,
  type ManifestEntry,
  parseManifest,
} from './manifest.ts';
export { DEVELOPMENT_CONSTANT } from './toxic-waste.ts';
