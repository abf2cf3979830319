const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const IMPORTED_ROWS = 3_000;
const MAPPING = { format: 'csv', columns: { mail: 'identifiers.email' }, constants: { event: 'Seen', channel: 'store' } };

/**
 * A file of one row for each of as many people, slow enough to be under way while the gateway is killed; waits until all of it is taken over.
 * @param {{serverKey: string, run: string, ledger: import('./ledger.mjs').Ledger}} options
 * @param {(path: string, init: RequestInit) => Promise<any>} send
 */
export async function importFile({ serverKey, run, ledger }, send) {
  const mails = Array.from({ length: IMPORTED_ROWS }, (_, row) => `row${row}@${run}.import.example`);
  const headers = { authorization: `Bearer ${serverKey}` };
  const query = new URLSearchParams({ name: run, mapping: JSON.stringify(MAPPING) });
  const body = `mail\n${mails.join('\n')}\n`;
  const { id } = await send(`/v1/imports?${query}`, { method: 'POST', headers: { ...headers, 'idempotency-key': `import-${run}` }, body });
  ledger.imported.push(...mails);
  for (;;) {
    const { state, progress } = await send(`/v1/imports/${id}`, { headers });
    if (state === 'completed' && progress.accepted === IMPORTED_ROWS) return;
    if (['failed', 'cancelled', 'completed'].includes(state))
      throw new TypeError(`the import came to this: ${state} ${JSON.stringify(progress)}`);
    await sleep(1_000);
  }
}
