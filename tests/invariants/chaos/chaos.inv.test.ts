import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('./main.mjs', import.meta.url));

/** Five kills for each service, two for Kafka, two for PostgreSQL. */
const KILLS = 29;

describe('the whole product in two replicas, while its parts are killed and its database is away', () => {
  it(`keeps every promise through ${KILLS} kills and a minute without PostgreSQL, and a replay changes nothing`, async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [MAIN, '--json', '--kills', String(KILLS), ...(process.env.SEED ? ['--seed', process.env.SEED] : [])],
      { maxBuffer: 1 << 26 },
    ).catch((error: { stdout?: string; stderr?: string; message: string }) => {
      if (error.stdout?.startsWith('{')) return { stdout: error.stdout }; // a verdict, though a bad one
      throw new Error(`${error.message}\n${error.stderr}`);
    });
    const { seed, killed, outage, verdict, replay, counts } = JSON.parse(stdout);
    console.info(`seed ${seed}: ${JSON.stringify({ killed, outage, counts })}`);
    expect({ seed, ...verdict }).toEqual({ seed, lost: [], twice: [], order: [], caps: [] });
    expect(replay.after).toEqual(replay.before);
    for (const service of ['gateway', 'interactions', 'profiles', 'segmentation', 'notifications'])
      expect(killed[service]).toBeGreaterThanOrEqual(5);
    expect(Math.min(killed.kafka, killed.postgres)).toBeGreaterThanOrEqual(2);
    expect(counts.acknowledged).toBeGreaterThan(500);
    expect(counts.asked).toBeGreaterThan(50);
    expect(counts.agentCalls).toBeGreaterThan(5);
    expect(counts.unmerges).toBeGreaterThanOrEqual(6);
    expect(counts.imported).toBe(3_000);
    expect(outage.acknowledged).toBeGreaterThan(500);
  }, 540_000);
});
