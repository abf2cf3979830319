import type { Readable } from 'node:stream';

export interface SpooledFile {
  readonly bytes: number;
  /** SHA-256 in hex. */
  readonly digest: string;
}

/** The file is larger than it may be, or there is no room for it now. */
export class SpoolRefused extends Error {
  override readonly name = 'SpoolRefused';

  constructor(
    readonly reason: 'too_large' | 'no_room' | 'unavailable',
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Where files wait while they are imported: this gateway's own disk. */
export abstract class ImportSpool {
  /** Takes a file in, on disk when it resolves. @param part a name of its own @throws {SpoolRefused} */
  abstract receive(part: string, source: AsyncIterable<Buffer>): Promise<SpooledFile>;
  /** What was received is the file of this import from now on, unless that has one. */
  abstract keep(part: string, id: string): Promise<void>;
  abstract discard(part: string): Promise<void>;
  abstract read(id: string): Readable;
  abstract readPart(part: string): Readable;
  /** Imports whose files are here. */
  abstract ids(): Promise<string[]>;
  abstract remove(id: string): Promise<void>;
}
