const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Kills with SIGKILL and starts again, one after the other or two at once, until every target has had its number and all together have had `kills`. Of
 * a target with replicas any one is killed, so that the others take its partitions over and give them back.
 * @param {Record<string, {least: number, processes: import('../../../deploy/local/stack.mjs').ManagedProcess[]}>} targets
 * @param {{kills: number, random: () => number, say: (text: string) => void}} options
 * @returns {Promise<Record<string, number>>} how often each was killed
 */
export async function killAll(targets, { kills, random, say }) {
  const names = Object.keys(targets);
  const done = /** @type {Record<string, number>} */ (Object.fromEntries(names.map((name) => [name, 0])));
  const plan = names.flatMap((name) => Array.from({ length: /** @type {any} */ (targets[name]).least }, () => name));
  // Brokers and databases are killed as often as asked, services for the rest.
  const services = names.filter((name) => name !== 'kafka' && name !== 'postgres');
  while (plan.length < kills) plan.push(/** @type {string} */ (services[Math.floor(random() * services.length)]));
  for (let i = plan.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [plan[i], plan[j]] = [/** @type {string} */ (plan[j]), /** @type {string} */ (plan[i])];
  }
  const reviving = new Map();
  for (const [index, name] of plan.entries()) {
    const { processes } = /** @type {any} */ (targets[name]);
    const process = processes[Math.floor(random() * processes.length)];
    await reviving.get(name);
    await sleep(300 + random() * 1_200);
    await process.kill('SIGKILL');
    done[name] = (done[name] ?? 0) + 1;
    if ((index + 1) % 10 === 0) say(`  ${index + 1} of ${plan.length} kills`);
    reviving.set(
      name,
      sleep(random() * 500).then(() => revive(process)),
    );
    if (random() < 0.7) await reviving.get(name); // else the next is killed while this one is still coming up
  }
  await Promise.all(reviving.values());
  return done;
}

/** A service cannot become ready while its database or broker is down: go on trying. */
async function revive(/** @type {import('../../../deploy/local/stack.mjs').ManagedProcess} */ process) {
  for (let tries = 0; ; tries++) {
    try {
      if (!process.running) await process.start();
      return;
    } catch (error) {
      if (tries >= 10) throw error;
      await process.kill('SIGKILL');
      await sleep(500);
    }
  }
}
