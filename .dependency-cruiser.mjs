// Which module may import which (docs/architecture.md has the picture). Checked by `make test` and `make lint`.
import { readdirSync, readFileSync } from 'node:fs';

/** Packages from the ground up: a package imports only packages that come before it here and that its package.json names. */
const LAYERS = [
  ...['field', 'contracts', 'tlog', 'outbox', 'seal', 'launch', 'telemetry', 'bus'],
  ...['schema', 'groth16', 'keys', 'policy', 'model', 'statements', 'rpc', 'config', 'http', 'verify', 'proving'],
  ...['archive', 'client', 'cli', 'deployment', 'testkit'],
];

const unplaced = readdirSync(new URL('packages', import.meta.url)).filter((name) => !LAYERS.includes(name));
if (unplaced.length > 0) throw new Error(`.dependency-cruiser.mjs gives no layer to: ${unplaced.join(', ')}`);

/** Packages whose code is the same with and without a machine around it: no files, no sockets, no processes. */
const PURE = ['field', 'schema', 'policy', 'statements', 'verify', 'tlog'];

const TESTS = '\\.test\\.ts$|^(packages|services)/[^/]+/test/';

function packageRule(name) {
  const manifest = JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, import.meta.url), 'utf8'));
  const declared = Object.keys(manifest.dependencies ?? {})
    .filter((dependency) => dependency.startsWith('@assay/'))
    .map((dependency) => dependency.slice('@assay/'.length));
  const allowed = LAYERS.slice(0, LAYERS.indexOf(name)).filter((layer) => declared.includes(layer));
  return {
    name: `package-${name}`,
    comment: `@assay/${name} may import ${allowed.join(', ') || 'no other package'} (earlier layers that its package.json names)`,
    severity: 'error',
    from: { path: `^packages/${name}/`, pathNot: TESTS },
    to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
  };
}

/** Only `owner` knows the library behind `path`. */
function onlyImporter(owner, path, library) {
  return {
    name: `only-${owner.replace(/\W+/g, '-')}-imports-${library}`,
    severity: 'error',
    from: { pathNot: `^packages/(${owner})/` },
    to: { path },
  };
}

export default {
  forbidden: [
    ...LAYERS.map(packageRule),
    {
      name: 'packages-know-no-service',
      severity: 'error',
      from: { path: '^packages/', pathNot: TESTS },
      to: { path: '^(services|infra|examples|bench|test|tools)/' },
    },
    {
      name: 'services-apart',
      comment: 'services talk over gRPC and the bus, and share packages only',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-know-packages-only',
      severity: 'error',
      from: { path: '^services/', pathNot: TESTS },
      to: { path: '^(infra|examples|bench|test|tools)/' },
    },
    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: `${TESTS}|^packages/testkit/` },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'pure-without-node',
      comment: 'none of its modules: crypto and the like are not in a browser either',
      severity: 'error',
      // Of a module that the conditions of package.json's imports give to Node alone, a browser has another.
      from: { path: `^packages/(${PURE.join('|')})/src/`, pathNot: `${TESTS}|^packages/tlog/src/native-sha256\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-reaches-no-io',
      comment: 'not through another package either',
      severity: 'error',
      from: { path: `^packages/(${PURE.join('|')})/src/`, pathNot: TESTS },
      to: { path: '^(node:)?(fs|fs/promises|net|http|https|http2|tls|dgram|dns|child_process|worker_threads|sqlite)$', reachable: true },
    },
    {
      name: 'console-in-a-browser',
      comment: 'the console imports what runs in a browser: pure packages, and nothing of the service beside it',
      severity: 'error',
      from: { path: '^services/verifier/console/src/', pathNot: TESTS },
      to: { path: '^(packages|services)/', pathNot: `^services/verifier/console/|^packages/(${PURE.join('|')})/` },
    },
    {
      name: 'console-without-node',
      severity: 'error',
      from: { path: '^services/verifier/console/src/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    onlyImporter('bus', '^node_modules/@nats-io/', 'nats'),
    onlyImporter('rpc|contracts', '^node_modules/@grpc/grpc-js/', 'grpc'),
    onlyImporter('http', '^node_modules/(hono|@hono)/', 'hono'),
    onlyImporter('telemetry', '^node_modules/@opentelemetry/(sdk|exporter|resources|instrumentation)', 'opentelemetry-sdk'),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      // An import of types alone is gone when the code runs.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'a package names what it imports in its own package.json',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
