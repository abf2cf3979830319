import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ProblemException } from '@rapport/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { INTERACTIONS_BYTES_MAX } from '../domain/limits.js';

const inflate = promisify(gunzip);
const RAW = 'application/x-rapport-raw';

const contentTypes = new WeakMap<FastifyRequest, string>();

/** What the sender of a raw body called it; empty when it said nothing. */
export const contentTypeOf = (request: FastifyRequest): string => contentTypes.get(request) ?? '';

/** The body's bytes as they came over the wire, still packed when they were: what signatures cover. @throws 413 */
export function wireBodyOf(request: FastifyRequest, bytesMax: number): Buffer {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (bytes.length > bytesMax) throw tooLarge(bytesMax);
  return bytes;
}

/** A door that takes its body as bytes, whatever the content type says (SDKs label JSON as a form, or not at all). */
export const RawBody = (): MethodDecorator => RouteConfig({ raw: true });

/** Teaches Fastify the raw doors. */
export function takeRawBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if ((request.routeOptions.config as { raw?: boolean }).raw) {
      contentTypes.set(request, request.headers['content-type'] ?? '');
      request.headers['content-type'] = RAW;
    }
    done();
  });
  fastify.addContentTypeParser(RAW, { parseAs: 'buffer', bodyLimit: INTERACTIONS_BYTES_MAX }, (_request, body, done) => done(null, body));
}

/**
 * The body's bytes, inflated when it is gzipped: never more than `bytesMax` of them are made, however small the body looked.
 * @throws 413, or 400 for broken gzip, or 415 for another encoding
 */
export async function bodyOf(request: FastifyRequest, bytesMax: number): Promise<Buffer> {
  const bytes = wireBodyOf(request, bytesMax);
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return bytes;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new ProblemException(415, 'GATEWAY_ENCODING_UNSUPPORTED', 'Content-Encoding must be gzip, or absent.', undefined, {
      'accept-encoding': 'gzip',
    });
  }
  try {
    return await inflate(bytes, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw new ProblemException(400, 'GATEWAY_GZIP_INVALID', 'The body is not valid gzip.');
  }
}

function tooLarge(bytesMax: number): ProblemException {
  return new ProblemException(413, 'GATEWAY_BODY_TOO_LARGE', `The body may have ${bytesMax} bytes, inflated.`);
}
