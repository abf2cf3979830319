// A mailbox for all mail that the product sends locally: SMTP in, a web page and a JSON API to look at it. Mails are kept between starts.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from './ports.mjs';
import { ManagedProcess } from './processes.mjs';

/**
 * @param {object} options
 * @param {string} options.dir mails and log
 * @param {number} [options.smtpPort] a free one when absent
 * @param {number} [options.webPort] a free one when absent
 * @param {string} [options.logFile]
 * @returns {Promise<ManagedProcess & {url: string, smtpUrl: string}>} `GET <url>/email` lists the mails as JSON
 */
export async function startMailbox({ dir, smtpPort, webPort, logFile = join(dir, 'mailbox.log') }) {
  const smtp = smtpPort ?? (await freePort());
  const web = webPort ?? (await freePort());
  const mails = join(dir, 'mails');
  mkdirSync(mails, { recursive: true });
  const program = join(dirname(createRequire(import.meta.url).resolve('maildev/package.json')), 'bin', 'maildev');
  const url = `http://127.0.0.1:${web}`;
  const mailbox = new ManagedProcess({
    name: 'mailbox',
    logFile,
    command: process.execPath,
    cwd: dir,
    args: [
      '--disable-warning=DEP0040',
      program,
      '--ip',
      '127.0.0.1',
      '--web-ip',
      '127.0.0.1',
      '--smtp',
      String(smtp),
      '--web',
      String(web),
      '--mail-directory',
      mails,
    ],
    isReady: async () => (await fetch(`${url}/healthz`)).ok,
  });
  await mailbox.start();
  return Object.assign(mailbox, { url, smtpUrl: `smtp://127.0.0.1:${smtp}` });
}
