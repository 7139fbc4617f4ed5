import { parentPort } from 'node:worker_threads';
import { type BlobRequest, readBlobs } from './packed-blobs.ts';

// What runs in a `BlobThread`.
parentPort!.on('message', (request: BlobRequest) => {
  const packed = readBlobs(request);
  parentPort!.postMessage(packed, [packed.bytes.buffer]);
});
