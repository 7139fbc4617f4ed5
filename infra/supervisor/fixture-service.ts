// A service as the supervisor expects one, for its tests: serves its configuration, drains on SIGTERM.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { name, listen, fail } = JSON.parse(readFileSync(process.env.ASSAY_CONFIG ?? '', 'utf8')) as {
  name: string;
  listen: string;
  fail?: boolean;
};
if (fail) throw new Error('configured to fail');
const [host, port] = listen.split(':');
const server = createServer((_, response) => response.end(String(process.pid)));
process.once('SIGTERM', () => {
  server.close(() => console.error(JSON.stringify({ message: 'drained' })));
  server.closeAllConnections();
});
server.listen(Number(port), host, () => {
  console.error(JSON.stringify({ message: 'started' }));
  console.log(JSON.stringify({ ready: true, service: name, address: listen }));
});
