import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SpawnedService, spawnService } from '@assay/testkit';
import { parseWitnessKey } from '@assay/tlog';
import { LOG_KEY } from './served-log.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

/** A log as `GET /v1/logs` shows it. */
export interface ShownLog {
  readonly origin: string;
  readonly size?: number;
  readonly checkpoint?: string;
  readonly alarm?: { readonly kind: string; readonly first: string; readonly second: string; readonly proof: string[] };
}

/** A log witness as a process, with a folder of its own. */
export class WitnessProcess implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'assay-log-witness-'));
  readonly configFile = join(this.root, 'config.json');
  #service: SpawnedService | undefined;

  /** @param url where the log is served; without it the log witness waits to be asked */
  static async start(url?: string): Promise<WitnessProcess> {
    const witness = new WitnessProcess();
    writeFileSync(join(witness.root, 'witness.key'), new Uint8Array(32).fill(21), { mode: 0o600 });
    const config = {
      dir: join(witness.root, 'state'),
      keyFile: join(witness.root, 'witness.key'),
      name: 'witness.example/w1',
      listen: '127.0.0.1:0',
      logs: [{ verifierKey: LOG_KEY, ...(url !== undefined && { url }) }],
      pollSeconds: 1,
    };
    writeFileSync(witness.configFile, JSON.stringify(config));
    await witness.restart();
    return witness;
  }

  /** Starts the process, or starts it again where it ended. */
  async restart(): Promise<void> {
    this.#service = await spawnService({ entry: MAIN, env: { ASSAY_CONFIG: this.configFile } });
  }

  get key() {
    return parseWitnessKey(String((this.#service!.ready as unknown as { verifierKey: string }).verifierKey));
  }

  get service(): SpawnedService {
    return this.#service!;
  }

  post(body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    return fetch(`http://${this.service.ready.address}/add-checkpoint`, { method: 'POST', body });
  }

  async log(): Promise<ShownLog> {
    const response = await fetch(`http://${this.service.ready.address}/v1/logs`);
    const [log] = (await response.json()) as ShownLog[];
    return log!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
