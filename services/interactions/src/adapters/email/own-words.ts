/**
 * What the writer of a mail added, without what he quotes and without his signature. A handful of rules, in this order; whoever breaks all of them
 * keeps his whole text:
 * 1. everything from a forwarding or quoting head of Outlook, Gmail and others on goes (`-----Original Message-----`, `From: … Sent: …`);
 * 2. `On … wrote:` goes, with all that follows unless the quotation below it is marked by `>`: then only the marked lines go (answers may stand below);
 * 3. every line that begins with `>` goes;
 * 4. everything from `-- ` on goes, and a last line like `Sent from my iPhone`.
 */
export function ownWords(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const end = quotationHead(lines);
  const kept = lines.slice(0, end).filter((line, index) => !line.startsWith('>') && !isAttribution(lines, index));
  const words = withoutSignature(kept)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return words === '' ? text.trim() : words;
}

/** Rows of the table: heads after which nothing is the writer's own, Vietnamese and English. */
const HEADS: readonly RegExp[] = [
  /^-{2,} ?(?:original message|forwarded message|thư gốc|tin nhắn gốc|thư đã chuyển tiếp|tin nhắn đã chuyển tiếp)\b.{0,20}$/i,
  /^begin forwarded message:$/i,
  /^_{20,}$/,
  /^reply above this line/i,
  /^vui lòng trả lời phía trên dòng này/i,
];
const HEAD_FIELD = /^\*?(?:from|từ|người gửi):\*? ?\S/i;
const HEAD_NEXT_FIELD = /^\*?(?:sent|date|to|gửi|đã gửi|ngày|đến|tới|vào):\*? ?\S/i;
/** `On Mon, 12 Jan 2026 at 09:00, Ann Lee <ann@example.com> wrote:` and `Vào Th 2, 12 thg 1, 2026 … đã viết:`, on one line or two. */
const ATTRIBUTION_END = /(?:wrote|đã viết|viết):$/i;
const ATTRIBUTION_BEGIN = /^(?:on|vào|ngày|lúc)\b.{8,}/i;
const SIGNATURES: readonly RegExp[] = [
  /^(?:sent|get) (?:from|outlook for) .{2,60}$/i,
  /^(?:được )?(?:đã )?gửi từ .{2,60}$/i,
  /^(?:tải|tải xuống|nhận) outlook (?:cho|dành cho) .{2,60}$/i,
];

function quotationHead(lines: readonly string[]): number {
  for (const [index, line] of lines.entries()) {
    if (HEADS.some((head) => head.test(line))) return index;
    if (HEAD_FIELD.test(line) && lines.slice(index + 1, index + 4).some((next) => HEAD_NEXT_FIELD.test(next))) return index;
    if (ATTRIBUTION_END.test(line) && attributionBegin(lines, index) >= 0 && !isMarkedBelow(lines, index))
      return attributionBegin(lines, index);
  }
  return lines.length;
}

/** The line where an attribution that ends here begins: this one or one of the two above; -1: it is none. */
function attributionBegin(lines: readonly string[], end: number): number {
  for (const begin of [end, end - 1, end - 2]) if (begin >= 0 && ATTRIBUTION_BEGIN.test(lines[begin]!)) return begin;
  return -1;
}

function isAttribution(lines: readonly string[], index: number): boolean {
  for (const end of [index, index + 1, index + 2]) {
    if (end >= lines.length || !ATTRIBUTION_END.test(lines[end]!)) continue;
    const begin = attributionBegin(lines, end);
    if (begin >= 0 && begin <= index && isMarkedBelow(lines, end)) return true;
  }
  return false;
}

const isMarkedBelow = (lines: readonly string[], index: number): boolean =>
  lines
    .slice(index + 1, index + 3)
    .find((line) => line !== '')
    ?.startsWith('>') === true;

function withoutSignature(lines: readonly string[]): readonly string[] {
  const dashes = lines.indexOf('--');
  const kept = [...(dashes > 0 ? lines.slice(0, dashes) : lines)];
  while (kept.length > 1 && (kept.at(-1) === '' || SIGNATURES.some((signature) => signature.test(kept.at(-1)!)))) kept.pop();
  return kept;
}
