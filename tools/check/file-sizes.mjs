// A file of 300 lines is looked at twice; it is not an error.
import { sources } from './sources.mjs';

const LINES_LOOK = 300;

export function fileSizes(root) {
  const files = sources(root, '*.ts', '*.mjs').map(([path, text]) => [path, text.split('\n').length - 1]);
  const sizes = files.map(([, count]) => count).sort((a, b) => a - b);
  const long = files.filter(([, count]) => count >= LINES_LOOK).sort(([, a], [, b]) => b - a);
  return {
    failures: [],
    warnings: long.map(([path, count]) => `${path} has ${count} lines`),
    note: `${files.length} files, median ${sizes[sizes.length >> 1]} lines`,
  };
}
