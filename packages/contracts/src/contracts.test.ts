import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFileRegistry, fromBinary, type Registry, ScalarType } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { checkBreaking } from '../breaking.ts';
import { BufError, buf, PROTO_DIRECTORY } from '../buf.ts';
import { staleFiles } from '../generate.ts';
import { descriptorSetUrl, gateway } from './index.ts';

test('the proto files are lint clean, documented and formatted', () => {
  assert.equal(buf('lint'), '');
  assert.equal(buf('format', '--diff'), '');
});

test('the committed code is what the proto files give', () => {
  assert.deepEqual(staleFiles(), []);
});

test('no field is a binary floating point number', () => {
  const found = [...messages(describedContracts())].flatMap((message) =>
    message.fields.filter((field) => field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT),
  );
  assert.deepEqual(found.map(String), []);
});

test('attribute values and identifying secrets are marked for redaction', () => {
  const registry = describedContracts();
  const redacted = [...messages(registry)].flatMap((message) =>
    message.fields
      .filter((field) => field.proto.options?.debugRedact === true)
      .map((field) => `${message.name}.${field.name}`),
  );
  for (const name of [
    'Attribute.value',
    'Credential.subject',
    'Credential.document_hash',
    'Credential.credential_id',
  ]) {
    assert.ok(redacted.includes(name), name);
  }
});

test('64-bit integers above 2^53 survive as bigint', () => {
  const credentialId = 2n ** 64n - 1n;
  const bytes = gateway.Credential.encode(gateway.Credential.fromPartial({ credentialId })).finish();
  assert.equal(gateway.Credential.decode(bytes).credentialId, credentialId);
});

test('absent and zero are different where presence matters', () => {
  const roundTrip = (slot: number | undefined): number | undefined =>
    gateway.Application.decode(gateway.Application.encode(gateway.Application.fromPartial({ slot })).finish()).slot;
  assert.equal(roundTrip(0), 0);
  assert.equal(roundTrip(undefined), undefined);
});

test('a breaking change against a commit is named, a compatible one passes, and nothing breaks where nothing was', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'assay-breaking-test-'));
  t.after(() => rmSync(root, { recursive: true }));
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: root, stdio: 'pipe' });
  };
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '-m', 'before contracts');
  git('tag', 'before');
  const directory = join(root, 'proto');
  mkdirSync(directory);
  cpSync(PROTO_DIRECTORY, directory, { recursive: true });
  git('add', '.');
  git('commit', '--quiet', '-m', 'contracts');

  const file = join(directory, 'assay/gateway/v1/window.proto');
  const text = readFileSync(file, 'utf8');
  assert.equal(checkBreaking('before', directory), false);
  writeFileSync(file, `${text}\n// Something new.\nmessage Added {}\n`);
  assert.equal(checkBreaking('HEAD', directory), true);
  writeFileSync(file, text.replace('uint32 number = 2', 'uint64 number = 2'));
  assert.throws(
    () => checkBreaking('HEAD', directory),
    (error) => error instanceof BufError && /number/.test(error.message),
  );
});

function describedContracts(): Registry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptorSetUrl)));
}

function* messages(registry: Registry) {
  for (const type of registry) {
    if (type.kind === 'message' && type.typeName.startsWith('assay.')) yield type;
  }
}
