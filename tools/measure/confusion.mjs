// Labels against answers, counted.

/** `table`: label → answer → count. @typedef {{accuracy: number, n: number, table: Record<string, Record<string, number>>}} Confusion */

/** @param {readonly (readonly [label: string, answer: string])[]} pairs @returns {Confusion} */
export function confusion(pairs) {
  const table = /** @type {Confusion['table']} */ ({});
  let right = 0;
  for (const [label, answer] of pairs) {
    const answers = (table[label] ??= {});
    answers[answer] = (answers[answer] ?? 0) + 1;
    if (label === answer) right++;
  }
  return { accuracy: pairs.length === 0 ? Number.NaN : right / pairs.length, n: pairs.length, table };
}

/** As lines of text: a row a label, a column an answer. @param {Confusion} confusion @param {readonly string[]} answers */
export function printable({ accuracy, n, table }, answers) {
  const head = `${'label \\ answer'.padEnd(16)}${answers.map((answer) => answer.padStart(11)).join('')}`;
  const rows = answers.flatMap((label) => {
    const counts = table[label];
    if (counts === undefined) return [];
    return [`${label.padEnd(16)}${answers.map((answer) => String(counts[answer] ?? 0).padStart(11)).join('')}`];
  });
  return [`accuracy ${accuracy.toFixed(3)} of ${n}`, head, ...rows].map((line) => `    ${line}`).join('\n');
}
