import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of the repository that git knows or would take, as `[path, text]`. */
export function sources(root, ...patterns) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter(Boolean)
    .flatMap((path) => {
      try {
        return [[path, readFileSync(join(root, path), 'utf8')]];
      } catch {
        return []; // deleted, and not committed yet
      }
    });
}

/** Strings and comments blanked out, so that a word in them is not code. Good enough for our own style, not for any JavaScript. */
export function codeOf(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[\s;{(,])\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}
