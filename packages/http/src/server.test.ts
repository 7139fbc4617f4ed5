import assert from 'node:assert/strict';
import { Agent, get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { HttpServer } from './server.ts';

test('a server that drains ends what it is asked, and waits for no connection after it', {
  timeout: 5_000,
}, async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const api = {
    fetch: async () => {
      asked.resolve();
      await go.promise;
      return new Response('answered');
    },
  };
  const server = new HttpServer({ api, security: { kind: 'insecure-loopback' } });
  const { port } = await server.listen('127.0.0.1:0');
  const agent = new Agent({ keepAlive: true });
  const answered = Promise.withResolvers<IncomingMessage>();
  get({ port, agent }, answered.resolve).once('error', answered.reject);
  await asked.promise;
  const drained = server.drain(60_000);
  go.resolve();
  const answer = await answered.promise;
  assert.equal(Buffer.concat(await answer.toArray()).toString(), 'answered');
  await drained;
  agent.destroy();
});
