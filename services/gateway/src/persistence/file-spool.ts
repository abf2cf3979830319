import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ImportSpool, type SpooledFile, SpoolRefused } from '../pipeline/imports/import-spool.js';

export interface SpoolOptions {
  readonly directory: string;
  /** Of one file. */
  readonly fileBytesMax: number;
  /** Of all files together. */
  readonly bytesMax: number;
}

const PART = '.part';
/** A transfer that is older than this is not under way any more. */
const PART_AGE_MAX_MS = 24 * 3_600_000;
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Files on this machine's disk, readable by this user alone; a name is an import's id. A file appears under it whole and on disk, or not at all. */
export class FileSpool extends ImportSpool {
  /** Of transfers under way. */
  private arriving = 0;

  constructor(private readonly options: SpoolOptions) {
    super();
  }

  async receive(part: string, source: AsyncIterable<Buffer>): Promise<SpooledFile> {
    const room = await this.room();
    const digest = createHash('sha256');
    let bytes = 0;
    try {
      const file = await open(this.at(part + PART), 'wx', 0o600);
      try {
        for await (const chunk of source) {
          bytes += chunk.length;
          this.arriving += chunk.length;
          if (bytes > this.options.fileBytesMax) throw new SpoolRefused('too_large');
          if (this.arriving > room) throw new SpoolRefused('no_room');
          digest.update(chunk);
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      return { bytes, digest: digest.digest('hex') };
    } catch (error) {
      throw FULL.has((error as NodeJS.ErrnoException).code ?? '') ? new SpoolRefused('no_room', { cause: error }) : error;
    } finally {
      this.arriving -= bytes;
    }
  }

  async keep(part: string, id: string): Promise<void> {
    await link(this.at(part + PART), this.at(id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const directory = await open(this.options.directory, 'r');
    await directory.sync().finally(() => directory.close());
  }

  async discard(part: string): Promise<void> {
    await rm(this.at(part + PART), { force: true });
  }

  read(id: string): Readable {
    return createReadStream(this.at(id));
  }

  readPart(part: string): Readable {
    return createReadStream(this.at(part + PART));
  }

  async ids(): Promise<string[]> {
    const names = await this.names();
    for (const name of names.filter((one) => one.endsWith(PART))) {
      const age = Date.now() - (await stat(this.at(name)).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
      if (age > PART_AGE_MAX_MS) await rm(this.at(name), { force: true });
    }
    return names.filter((name) => !name.endsWith(PART));
  }

  async remove(id: string): Promise<void> {
    await rm(this.at(id), { force: true });
  }

  private at(name: string): string {
    return join(this.options.directory, name);
  }

  private async names(): Promise<string[]> {
    try {
      return await readdir(this.options.directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** Bytes that may be arriving at the same time. @throws {SpoolRefused} when the directory cannot be used */
  private async room(): Promise<number> {
    try {
      await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
      const kept = (await this.names()).filter((name) => !name.endsWith(PART));
      const sizes = await Promise.all(kept.map(async (name) => (await stat(this.at(name)).catch(() => ({ size: 0 }))).size));
      return this.options.bytesMax - sizes.reduce((sum, size) => sum + size, 0);
    } catch (error) {
      throw new SpoolRefused('unavailable', { cause: error });
    }
  }
}
