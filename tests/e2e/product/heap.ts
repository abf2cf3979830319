import type { ManagedProcess } from '../../../deploy/local/stack.mjs';

/** Node must run with this: the inspector is the only way to tell another process to collect its garbage. */
export const INSPECTED = ['--inspect=127.0.0.1:0'];
const DEBUGGER = /Debugger listening on (ws:\S+)/;
const MEGABYTE = 1024 * 1024;

/** What a process holds on to, in megabytes: heap and buffers, after its garbage was collected. */
export async function heldMb(service: ManagedProcess): Promise<number> {
  const address = DEBUGGER.exec(service.log(Number.MAX_SAFE_INTEGER))?.[1];
  if (address === undefined) throw new Error('the service was not started with INSPECTED');
  const inspector = new WebSocket(address);
  await new Promise((resolve, reject) => Object.assign(inspector, { onopen: resolve, onerror: reject }));
  try {
    const ask = (id: number, method: string, params: object = {}) =>
      new Promise<{ result: { result: { value: number } } }>((resolve) => {
        inspector.onmessage = ({ data }) => resolve(JSON.parse(String(data)));
        inspector.send(JSON.stringify({ id, method, params }));
      });
    await ask(1, 'HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const { result } = await ask(2, 'Runtime.evaluate', { expression, returnByValue: true });
    return result.result.value / MEGABYTE;
  } finally {
    inspector.close();
  }
}
