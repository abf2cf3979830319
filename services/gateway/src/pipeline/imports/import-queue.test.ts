import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { ImportQueue } from './import-queue.js';
import type { ImportParts } from './run-import.js';

/** Imports that begin when the queue takes them up, and end when the test says. */
class ScriptedImports {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();
  private readonly store = {
    // nobody has it any more: the run is over when this answers
    begin: (id: string) => {
      this.begun.push(id);
      return new Promise<undefined>((resolve) => void this.ends.set(id, () => resolve(undefined)));
    },
  };
  private readonly spool = { ids: async () => [], remove: async () => undefined };
  readonly queue = new ImportQueue({ store: this.store, spool: this.spool } as unknown as ImportParts, {
    atOnce: 2,
    rejectsKeptDays: 1,
    importsKeptDays: 1,
  });

  end(...ids: string[]): void {
    for (const id of ids) this.ends.get(id)?.();
  }
}

describe('the queue of imports', () => {
  it('works on as many at once as it may, also after its lanes ran dry in the same moment', async () => {
    const imports = new ScriptedImports();
    const { queue } = imports;
    await queue.onApplicationBootstrap();
    for (const id of ['a', 'b']) queue.add(id);
    await turn();
    // nobody waits for it to come
    queue.add('c');
    imports.end('a');
    await turn();
    expect(imports.begun).toEqual(['a', 'b', 'c']);
    imports.end('b', 'c');
    await turn();

    for (const id of ['d', 'e']) queue.add(id);
    await turn();
    expect(imports.begun).toEqual(['a', 'b', 'c', 'd', 'e']);
    imports.end('d', 'e');
    await queue.beforeApplicationShutdown();
  });
});
