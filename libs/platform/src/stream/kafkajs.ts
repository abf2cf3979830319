import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { decodeFaster } from './kafka-decoding.js';
import { encodeFaster } from './kafka-encoding.js';
import { calmTimers } from './kafkajs-timer.js';

// Before the library: some of its modules are loaded with it, others on first use.
encodeFaster();
decodeFaster();

/** kafkajs, with faster parts in the place of some of its own. */
export const kafkajs = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;

calmTimers();
