/** One run: the message is what the measurement counts. */
import { parentPort } from 'node:worker_threads';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, and no window
parentPort.postMessage('run');
