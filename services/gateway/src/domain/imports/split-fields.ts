/** The fields of one row of CSV (RFC 4180; a quote within an unquoted field is text). @returns a reason instead, when it cannot be read. */
export function splitFields(row: string, delimiter: string): string[] | { readonly reason: string } {
  if (!row.includes('"')) return row.split(delimiter);
  const fields: string[] = [];
  for (let from = 0; ; ) {
    const end = row[from] === '"' ? closingQuote(row, from + 1) : nextDelimiter(row, from, delimiter);
    if (end < 0) return { reason: 'a quote is opened and never closed' };
    if (row[from] !== '"') {
      fields.push(row.slice(from, end));
      if (end === row.length) return fields;
      from = end + 1;
      continue;
    }
    fields.push(row.slice(from + 1, end).replaceAll('""', '"'));
    if (end + 1 === row.length) return fields;
    if (row[end + 1] !== delimiter) return { reason: 'text follows a closing quote' };
    from = end + 2;
  }
}

function nextDelimiter(row: string, from: number, delimiter: string): number {
  const found = row.indexOf(delimiter, from);
  return found < 0 ? row.length : found;
}

function closingQuote(row: string, from: number): number {
  for (let at = row.indexOf('"', from); at >= 0; at = row.indexOf('"', at + 2)) if (row[at + 1] !== '"') return at;
  return -1;
}
