/** One row of a file as it stands there. */
export interface RawRow {
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** It was longer than a row may be; `text` is its beginning. */
  readonly cut: boolean;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const BOM = '\uFEFF';

/**
 * Cuts a file into rows, chunk by chunk, holding no more than one row. With a delimiter (CSV, RFC 4180) a line break within quotes does not
 * end a row, and a quote opens only at the begin of a field: `5" pipe` is text. Empty lines are no rows.
 *
 * A quote that is never closed would take the rest of the file with it. So a row that has grown too long ends at the next line break.
 */
export class RowSplitter {
  private carry: Buffer[] = [];
  private carried = 0;
  private cut = false;
  private line = 1;
  private startLine = 1;
  private place: 'field_start' | 'field' | 'quoted' | 'quote_in_quoted' = 'field_start';
  private readonly delimiter: number | undefined;

  constructor(
    delimiter: string | undefined,
    private readonly bytesMax: number,
  ) {
    this.delimiter = delimiter?.charCodeAt(0);
  }

  push(chunk: Buffer): RawRow[] {
    const rows: RawRow[] = [];
    let start = 0;
    for (let end = this.nextEnd(chunk, 0); end >= 0; end = this.nextEnd(chunk, start)) {
      this.take(chunk.subarray(start, end));
      this.close(rows);
      start = end + 1;
    }
    this.take(chunk.subarray(start));
    return rows;
  }

  /** What follows the last line break. */
  end(): RawRow[] {
    const rows: RawRow[] = [];
    this.close(rows);
    return rows;
  }

  /** Index of the line break that ends the row, or -1: it goes on in the next chunk. */
  private nextEnd(chunk: Buffer, from: number): number {
    if (this.delimiter === undefined) {
      const found = chunk.indexOf(NEWLINE, from);
      if (found >= 0) this.line += 1;
      return found;
    }
    let place = this.place;
    for (let index = from; index < chunk.length; index++) {
      const byte = chunk[index]!;
      if (byte === NEWLINE) {
        this.line += 1;
        if (place !== 'quoted' || this.carried + index - from > this.bytesMax) {
          this.place = 'field_start';
          return index;
        }
      } else if (byte === QUOTE) {
        if (place === 'field_start' || place === 'quote_in_quoted') place = 'quoted';
        else if (place === 'quoted') place = 'quote_in_quoted';
      } else if (place !== 'quoted') place = byte === this.delimiter ? 'field_start' : 'field';
    }
    this.place = place;
    return -1;
  }

  private take(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const room = this.bytesMax - this.carried;
    if (bytes.length > room) this.cut = true;
    // a copy, so that a row does not keep its whole chunk
    if (room > 0) this.carry.push(Buffer.from(bytes.subarray(0, room)));
    this.carried += bytes.length;
  }

  private close(rows: RawRow[]): void {
    let bytes = this.carry.length === 1 ? this.carry[0]! : Buffer.concat(this.carry);
    if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    let text = bytes.toString('utf8');
    if (this.startLine === 1 && text.startsWith(BOM)) text = text.slice(1);
    if (text.trim() !== '') rows.push({ line: this.startLine, text, cut: this.cut });
    this.carry = [];
    this.carried = 0;
    this.cut = false;
    this.startLine = this.line;
  }
}
