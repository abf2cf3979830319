import { allowLongRequest, endLongRequest, ProblemException } from '@rapport/platform';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const UPLOAD = 'application/x-rapport-upload';
/** A sender that sends nothing for so long is cut off. */
const STALL_MS = 30_000;

/** A door that reads its body itself, chunk by chunk. */
export const UploadBody = (): MethodDecorator => RouteConfig({ upload: true });

/** Teaches Fastify these doors: it leaves the body alone. */
export function takeUploads(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if ((request.routeOptions.config as { upload?: boolean }).upload) request.headers['content-type'] = UPLOAD;
    done();
  });
  fastify.addContentTypeParser(UPLOAD, (_request, _payload, done) => done(null, undefined));
}

/**
 * Reads a body that may take long to arrive. When `work` is done with it early, because it refuses it, the rest is thrown away.
 * @throws ProblemException 400 when the sender breaks off, 408 when it stalls, 413
 */
export async function withUpload<T>(
  request: FastifyRequest,
  bytesMax: number,
  work: (body: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw uploadTooLarge(bytesMax);
  const { socket } = request.raw;
  const body = chunksOf(request);
  allowLongRequest(socket);
  try {
    return await work(body);
  } finally {
    endLongRequest(socket);
    void body.return(undefined).catch(() => undefined);
  }
}

export const uploadTooLarge = (bytesMax: number): ProblemException =>
  // the connection ends with the answer: nobody wants the rest
  new ProblemException(413, 'GATEWAY_IMPORT_TOO_LARGE', `A file may have ${bytesMax} bytes, also inflated.`, undefined, {
    connection: 'close',
  });

async function* chunksOf({ raw }: FastifyRequest): AsyncGenerator<Buffer> {
  const chunks = raw.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  try {
    for (;;) {
      const { done, value } = await arrival(chunks.next());
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (error instanceof ProblemException) throw error;
    throw new ProblemException(400, 'GATEWAY_UPLOAD_BROKEN', 'The file did not arrive completely. Send it again.');
  } finally {
    void chunks.return?.();
  }
}

async function arrival<T>(next: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const problem = new ProblemException(408, 'GATEWAY_UPLOAD_STALLED', 'The file stopped arriving. Send it again.', undefined, {
      connection: 'close',
    });
    timer = setTimeout(() => reject(problem), STALL_MS);
  });
  try {
    return await Promise.race([next, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
