import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, prover, verifier } from '@assay/contracts';
import { isIdempotent } from './descriptors.ts';

test('every method of the contracts may be repeated, and says so', () => {
  const services = [
    gateway.GatewayServiceService,
    prover.KycProverServiceService,
    prover.FairnessProverServiceService,
    verifier.VerifierServiceService,
    verifier.RegistryServiceService,
  ];
  const paths = services.flatMap((service) => Object.values(service).map(({ path }) => path));
  assert.ok(paths.length > 25);
  assert.deepEqual(
    paths.filter((path) => !isIdempotent(path)),
    [],
  );
});

test('what is not of the contracts is not repeated', () => {
  for (const path of ['/assay.gateway.v1.GatewayService/Nothing', '/grpc.health.v1.Health/Check', '/', '']) {
    assert.equal(isIdempotent(path), false, path);
  }
});
