import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBusConfig } from './bus-config.ts';
import { ConfigError } from './error.ts';
import { Section } from './section.ts';
import { readSecurityConfig } from './security-config.ts';

const parse = (value: unknown) => Section.parse(JSON.stringify(value));
const refused = (work: () => unknown, code: string, message: RegExp) =>
  assert.throws(work, (error) => error instanceof ConfigError && error.code === code && message.test(error.message));

test('gives each member in its form', () => {
  const section = parse({ dir: '/x', inner: { list: ['a'], on: true, n: 3 } });
  assert.equal(section.text('dir'), '/x');
  const inner = section.section('inner');
  assert.deepEqual(inner.texts('list'), ['a']);
  assert.equal(inner.flag('on', false), true);
  assert.equal(inner.count('n', 1, 5), 3);
  assert.equal(inner.count('absent', 1, 5, 4), 4);
  assert.deepEqual(section.optionalText('absent'), {});
  inner.end();
  section.end();
  const each = parse({ logs: [{ url: 'a' }, { url: 'b' }] }).sections('logs');
  assert.deepEqual(
    each.map((one) => one.text('url')),
    ['a', 'b'],
  );
});

test('names the member that is wrong, and never its value', () => {
  const section = () => parse({ dir: 'secret-value', n: 9, inner: { list: ['secret-value', 2], extra: 1 } });
  refused(() => section().text('absent'), 'CONFIG_MEMBER', /^absent /);
  refused(() => section().text('dir', /^x$/), 'CONFIG_MEMBER', /^dir (?!.*secret)/);
  refused(() => section().count('n', 1, 5), 'CONFIG_MEMBER', /^n is not an integer from 1 to 5$/);
  refused(() => section().count('absent', 1, 5), 'CONFIG_MEMBER', /^absent /);
  refused(() => section().section('inner').texts('list'), 'CONFIG_MEMBER', /^inner\.list (?!.*secret)/);
  refused(() => section().section('inner').end(), 'CONFIG_MEMBER', /^inner\.list is not a member/);
  refused(() => section().flag('n', false), 'CONFIG_MEMBER', /^n is neither/);
  refused(() => section().sections('n'), 'CONFIG_MEMBER', /^n is not a list of objects$/);
  refused(
    () =>
      parse({ logs: [{}] })
        .sections('logs')[0]!
        .text('url'),
    'CONFIG_MEMBER',
    /^logs\[0\]\.url /,
  );
  refused(() => section().section('dir'), 'CONFIG_MEMBER', /^dir is not an object$/);
});

test('a file that is not there or not JSON is unreadable', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-config-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'broken'), '{"secret-value');
  refused(() => Section.load(undefined), 'CONFIG_UNREADABLE', /ASSAY_CONFIG/);
  refused(() => Section.load(join(dir, 'absent')), 'CONFIG_UNREADABLE', /cannot be read$/);
  refused(() => Section.load(join(dir, 'broken')), 'CONFIG_UNREADABLE', /^the configuration is not JSON$/);
});

test('reads the bus, and refuses what it does not know', () => {
  const servers = ['nats://127.0.0.1:4222'];
  const monitorUrls = ['http://127.0.0.1:8222'];
  const config = readBusConfig(parse({ servers, monitorUrls, tls: { caFile: 'ca.pem' } }));
  assert.deepEqual(config, { servers, monitorUrls, requireSyncAlways: true, tls: { caFile: 'ca.pem' } });
  refused(() => readBusConfig(parse({ servers, monitorUrls, tsl: {} })), 'CONFIG_MEMBER', /^tsl /);
  refused(() => readBusConfig(parse({ servers })), 'CONFIG_MEMBER', /^monitorUrls /);
});

test('security is loopback alone unless certificates are given', (t) => {
  const insecure = { kind: 'insecure-loopback' };
  assert.deepEqual(readSecurityConfig(parse({})), { server: insecure, client: insecure });
  assert.deepEqual(readSecurityConfig(parse({ security: insecure })), { server: insecure, client: insecure });
  refused(() => readSecurityConfig(parse({ security: { kind: 'none' } })), 'CONFIG_MEMBER', /^security\.kind /);
  refused(() => readSecurityConfig(parse({ security: { ...insecure, keyFile: 'x' } })), 'CONFIG_MEMBER', /keyFile/);
  const dir = mkdtempSync(join(tmpdir(), 'assay-config-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = (name: string) => {
    writeFileSync(join(dir, name), name);
    return join(dir, name);
  };
  const bytes = (name: string) => Buffer.from(name);
  const security = {
    kind: 'tls',
    certificateFile: file('cert'),
    keyFile: file('key'),
    authoritiesFile: file('ca'),
    clientAuthoritiesFile: file('clients'),
  };
  const missing = { ...security, keyFile: join(dir, 'none') };
  refused(() => readSecurityConfig(parse({ security: missing })), 'CONFIG_MEMBER', /^security\.keyFile names a file/);
  assert.deepEqual(readSecurityConfig(parse({ security })), {
    server: { kind: 'tls', certificate: bytes('cert'), key: bytes('key'), clientAuthorities: bytes('clients') },
    client: { kind: 'tls', authorities: bytes('ca'), identity: { certificate: bytes('cert'), key: bytes('key') } },
  });
});
