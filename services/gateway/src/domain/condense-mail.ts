const HEADER_BYTES_MAX = 262_144;
const BOUNDARIES_MAX = 32;

/** What the reader is told in place of an attachment: this field, and the number of its decoded bytes as the body. */
export const OMITTED_FIELD = 'X-Rapport-Omitted: body';

/**
 * Lets a message through line by line, without the bodies of its attachments: what is kept is what a person wrote and what reports say (text/*,
 * message/*), with every header, so that attachments stay named. A body that goes is replaced by its size. Memory is what is kept, whatever comes in.
 */
export class MailCondenser {
  private readonly kept: string[] = [];
  private readonly boundaries: string[] = [];
  private rest = '';
  private mode: 'header' | 'keep' | 'drop' = 'header';
  private header = '';
  private isBase64 = false;
  private dropped = 0;
  private keptBytes = 0;

  /** @param bytesMax of what is kept */
  constructor(private readonly bytesMax: number) {}

  get tooLarge(): boolean {
    return this.keptBytes > this.bytesMax;
  }

  push(chunk: Buffer): void {
    let text = this.rest + chunk.toString('latin1');
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      this.line(text.slice(0, end + 1));
      text = text.slice(end + 1);
    }
    // a line without end: what goes needs no end, what is kept has its limit
    if (text.length > HEADER_BYTES_MAX) {
      this.line(text);
      text = '';
    }
    this.rest = text;
  }

  end(): Buffer {
    if (this.rest !== '') this.line(this.rest);
    this.rest = '';
    if (this.mode === 'drop') this.closeDropped('');
    return Buffer.from(this.kept.join(''), 'latin1');
  }

  private line(line: string): void {
    if (line.startsWith('--') && this.isBoundary(line)) return;
    if (this.mode === 'drop') this.dropped += this.isBase64 ? line.replace(/[\s=]+/g, '').length : line.length;
    else if (this.mode === 'header') this.headerLine(line);
    else this.keep(line);
  }

  private headerLine(line: string): void {
    if (line.trim() !== '') {
      if (this.header.length < HEADER_BYTES_MAX) this.header += line;
      return this.keep(line);
    }
    const { type, boundary, isAttachment, isBase64 } = contentOf(this.header);
    this.header = '';
    this.isBase64 = isBase64;
    if (boundary !== undefined && this.boundaries.length < BOUNDARIES_MAX) this.boundaries.push(boundary);
    if (type === 'message/rfc822' && !isAttachment)
      this.mode = 'header'; // a message in the message has attachments of its own
    else if (!isAttachment && /^(?:text|message|multipart)\//.test(type)) this.mode = 'keep';
    else this.mode = 'drop';
    if (this.mode === 'drop') this.keep(`${OMITTED_FIELD}\r\n`);
    this.keep(line);
  }

  private isBoundary(line: string): boolean {
    const delimiter = line.slice(2).trimEnd();
    const index = this.boundaries.findLastIndex((boundary) => delimiter === boundary || delimiter === `${boundary}--`);
    if (index < 0) return false;
    if (this.mode === 'drop') this.closeDropped('\r\n');
    this.boundaries.length = index + 1; // what was never closed inside is closed now
    this.mode = delimiter === this.boundaries[index] ? 'header' : 'keep';
    this.header = '';
    this.keep(line);
    return true;
  }

  private closeDropped(lineBreak: string): void {
    this.keep(`${this.isBase64 ? Math.floor((this.dropped * 3) / 4) : this.dropped}${lineBreak}`);
    this.dropped = 0;
    this.mode = 'keep';
  }

  private keep(text: string): void {
    this.keptBytes += text.length;
    if (!this.tooLarge) this.kept.push(text);
  }
}

/** The few words of a part's header that decide about its body (RFC 2045, RFC 2183). */
function contentOf(header: string): { type: string; boundary: string | undefined; isAttachment: boolean; isBase64: boolean } {
  const unfolded = header.replace(/\r?\n[ \t]+/g, ' ');
  const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
  const contentType = field('content-type');
  const type = (/^[^\s;]+/.exec(contentType)?.[0] ?? 'text/plain').toLowerCase();
  const [, quoted, bare] = /;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  return {
    type,
    boundary: type.startsWith('multipart/') ? (quoted ?? bare)?.trimEnd() : undefined,
    isAttachment: /^attachment\b/i.test(field('content-disposition')),
    isBase64: /^base64$/i.test(field('content-transfer-encoding')),
  };
}
