import { execFile } from 'node:child_process';
import { join } from 'node:path';

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Runs a Node program of this repository. @returns its exit code and what it said; it never throws for a program that fails. */
export function runProgram(root, script, args, timeoutMs = 120_000) {
  return new Promise((resolve) => {
    const options = {
      cwd: root,
      maxBuffer: OUTPUT_BYTES_MAX,
      timeout: timeoutMs,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    };
    execFile(process.execPath, [join(root, script), ...args], options, (error, stdout, stderr) => {
      // silence is no success: whoever is ended has found nothing yet
      const ended = error?.killed ? `\n${script} did not end within ${timeoutMs / 1_000} s` : '';
      resolve({ code: error ? (error.code ?? 1) : 0, stdout, output: `${stdout}${stderr}${ended}`.trim() });
    });
  });
}

export const lines = (text) => text.split('\n').filter((line) => line.trim() !== '');
