/** CPU µs per event that each process may use at the aim of 10,000 events/s on 2 cores: 200 µs in all. */
const SHARES_US = {
  gateway: 25,
  interactions: 30,
  profiles: 35,
  segmentation: 35,
  notifications: 15,
  kafka: 20,
  postgresql: 35,
  'load generator': 5,
};

const whole = (/** @type {number} */ n) => Math.round(n).toLocaleString('en');
const ms = (/** @type {{p50: number, p99: number, max: number, n: number}} */ q) =>
  `p50 ${q.p50.toFixed(1)} ms, p99 ${q.p99.toFixed(1)} ms, max ${q.max.toFixed(0)} ms (n=${whole(q.n)})`;

/** The figures for people. @param {any} report */
export function table(report) {
  const lines = [
    '',
    `machine: ${report.machine.cpus} × ${report.machine.model}, ${report.machine.memoryGb} GB, Node ${report.machine.node}`,
  ];
  if (report.acceptance) {
    for (const name of ['one by one', 'batches of 20'])
      lines.push(
        `acceptance, ${name}: ${whole(report.acceptance[name].perSecond)} events/s (${whole(report.acceptance[name].refused)} refused), gateway ${report.acceptance[name].cpuUsPerEvent.gateway.toFixed(1)} µs`,
      );
    lines.push(`acceptance at 1,000/s: ${ms(report.acceptance['at 1,000/s'])}`);
  }
  for (const { customers, sustained, at1000 } of report.walk ?? []) {
    if (sustained)
      lines.push(
        `the walk, ${whole(customers)} customers: ${whole(sustained.perSecond)} events/s sustained; under way ${whole(sustained.lag.firstHalf)} in the first half, ${whole(sustained.lag.secondHalf)} in the second; ${whole(sustained.mails)} e-mails; ${sustained.refused} refused`,
      );
    if (at1000) {
      lines.push(`  at 1,000/s: acceptance ${ms(at1000.accept)}`);
      lines.push(`  at 1,000/s: accepted → profile ${ms(at1000.profile)}`);
      lines.push(`  at 1,000/s: accepted → e-mail handed over ${ms(at1000.mail)}`);
    }
  }
  return lines.join('\n');
}

/** Each process's share of the machine and its distance from its budget. @param {any} run */
export function usageTable({ customers, sustained }) {
  const lines = [
    `CPU µs per event and memory, ${whole(customers)} customers`,
    `  ${'process'.padEnd(16)}${'µs'.padStart(8)}${'share'.padStart(8)}${'over'.padStart(8)}${'MB'.padStart(8)}`,
  ];
  let total = 0;
  for (const [name, us] of /** @type {[string, number][]} */ (Object.entries(sustained.cpuUsPerEvent))) {
    const share = /** @type {Record<string, number>} */ (SHARES_US)[name] ?? 0;
    total += us;
    lines.push(
      `  ${name.padEnd(16)}${us.toFixed(0).padStart(8)}${String(share).padStart(8)}${(us / share).toFixed(1).padStart(7)}×${sustained.megabytes[name].toFixed(0).padStart(8)}`,
    );
  }
  lines.push(`  ${'all'.padEnd(16)}${total.toFixed(0).padStart(8)}${'200'.padStart(8)}${(total / 200).toFixed(1).padStart(7)}×`);
  return lines.join('\n');
}
