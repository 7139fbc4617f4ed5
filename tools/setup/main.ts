import { natsServerBinary } from './nats-server.ts';

console.log(await natsServerBinary(console.error));
