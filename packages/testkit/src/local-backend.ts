import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsServer } from '@assay/launch';
import type { NatsBackend, TestNats } from './nats-backend.ts';

/** Servers as processes of this machine. */
export const localBackend: NatsBackend = {
  kind: 'local',
  async start(): Promise<TestNats> {
    const storeDir = mkdtempSync(join(tmpdir(), 'assay-test-nats-'));
    const server = await NatsServer.start({ storeDir });
    const close = async () => {
      await server.stop();
      rmSync(storeDir, { recursive: true, force: true });
    };
    return {
      url: server.url,
      monitorUrl: server.monitorUrl,
      kill: () => server.kill(),
      restart: () => server.restart(),
      close,
      [Symbol.asyncDispose]: close,
    };
  },
};
