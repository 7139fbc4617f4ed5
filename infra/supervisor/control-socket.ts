import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { relative } from 'node:path';

/** A supervisor of an instance can be asked to stop through this socket, and only one can have it. */
export interface Control {
  /** Resolves when somebody asked to stop. */
  readonly asked: Promise<void>;
  /** Lets whoever asked know that all is down, and gives the socket up. */
  release(): Promise<void>;
}

/** Takes the control socket of the instance in `dir`; `undefined` when another supervisor has it. */
export async function takeControl(dir: string): Promise<Control | undefined> {
  const path = socketPath(dir);
  if ((await dial(path))?.destroy() !== undefined) return undefined;
  rmSync(path, { force: true });
  const asked = Promise.withResolvers<void>();
  const askers = new Set<Socket>();
  const server = createServer((socket) => {
    askers.add(socket);
    socket.on('close', () => askers.delete(socket)).on('error', () => socket.destroy());
    socket.once('data', () => asked.resolve());
  });
  server.listen(path);
  await once(server, 'listening');
  const release = async () => {
    server.close();
    for (const socket of askers) socket.destroy();
    await once(server, 'close');
  };
  return { asked: asked.promise, release };
}

/** Asks the supervisor of the instance in `dir` to stop and waits until it has; false when none runs. */
export async function askToStop(dir: string): Promise<boolean> {
  const socket = await dial(socketPath(dir));
  if (socket === undefined) return false;
  socket.resume().write('stop\n');
  await once(socket, 'close');
  return true;
}

async function dial(path: string): Promise<Socket | undefined> {
  const socket = connect(path);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    // Nobody listens there, or nothing is there.
    socket.once('error', () => resolve(undefined));
  });
}

/** Relative: the path of a socket has at most 107 bytes. */
function socketPath(dir: string): string {
  return relative(process.cwd(), `${dir}/supervisor.sock`);
}
