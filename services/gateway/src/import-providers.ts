import { createHash, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { GatewayConfig } from './config.js';
import { FileSpool } from './persistence/file-spool.js';
import { PostgresImportStore } from './persistence/postgres-import-store.js';
import { KEY_POOL } from './persistence/postgres-key-store.js';
import { Acceptance } from './pipeline/acceptance.js';
import { ImportPace } from './pipeline/imports/import-pace.js';
import { ImportQueue } from './pipeline/imports/import-queue.js';
import { ImportSpool } from './pipeline/imports/import-spool.js';
import { ImportStore } from './pipeline/imports/import-store.js';
import { Imports } from './pipeline/imports/imports.js';

/** That have not ended, over all gateways. */
const IMPORTS_OPEN_MAX = 50;

export function importProviders(config: GatewayConfig) {
  const { importBytesMax: bytesMax, importSpoolBytesMax, importRowsPerSecond, importsAtOnce, importRejectsDays, importsKeptDays } = config;
  const spool = { directory: directoryOf(config), fileBytesMax: bytesMax, bytesMax: importSpoolBytesMax };
  const queue = { atOnce: importsAtOnce, rejectsKeptDays: importRejectsDays, importsKeptDays };
  return [
    { provide: ImportSpool, useFactory: () => new FileSpool(spool) },
    { provide: ImportStore, useFactory: (pool: pg.Pool) => new PostgresImportStore(pool), inject: [KEY_POOL] },
    {
      provide: ImportQueue,
      useFactory: (store: ImportStore, files: ImportSpool, acceptance: Acceptance) =>
        new ImportQueue(
          { store, spool: files, acceptance, pace: new ImportPace(importRowsPerSecond), worker: randomUUID(), bytesMax },
          queue,
        ),
      inject: [ImportStore, ImportSpool, Acceptance],
    },
    {
      provide: Imports,
      useFactory: (store: ImportStore, files: ImportSpool, imports: ImportQueue) =>
        new Imports({ store, spool: files, bytesMax }, imports, IMPORTS_OPEN_MAX),
      inject: [ImportStore, ImportSpool, ImportQueue],
    },
  ];
}

/** Two products on one machine must not take each other's files for forgotten ones. */
const directoryOf = ({ importDirectory, databaseUrl }: GatewayConfig): string =>
  importDirectory !== ''
    ? importDirectory
    : join(tmpdir(), `rapport-imports-${createHash('sha256').update(databaseUrl).digest('hex').slice(0, 12)}`);
