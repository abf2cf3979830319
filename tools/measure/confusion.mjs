// Labels against answers, counted.

/** @param pairs `[label, answer]` @returns `{accuracy, n, table}`, table: label → answer → count */
export function confusion(pairs) {
  const table = {};
  let right = 0;
  for (const [label, answer] of pairs) {
    table[label] ??= {};
    table[label][answer] = (table[label][answer] ?? 0) + 1;
    if (label === answer) right++;
  }
  return { accuracy: pairs.length === 0 ? Number.NaN : right / pairs.length, n: pairs.length, table };
}

/** As lines of text: a row a label, a column an answer. */
export function printable({ accuracy, n, table }, answers) {
  const head = `${'label \\ answer'.padEnd(16)}${answers.map((answer) => answer.padStart(11)).join('')}`;
  const rows = answers
    .filter((label) => table[label] !== undefined)
    .map((label) => `${label.padEnd(16)}${answers.map((answer) => String(table[label][answer] ?? 0).padStart(11)).join('')}`);
  return [`accuracy ${accuracy.toFixed(3)} of ${n}`, head, ...rows].map((line) => `    ${line}`).join('\n');
}
