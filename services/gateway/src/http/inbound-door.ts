import { Inject, Injectable } from '@nestjs/common';
import { childTrace, currentTrace, formatTraceparent, logger, ProblemException, SERVICE_CONFIG } from '@rapport/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../config.js';
import type { OpenConnection } from '../domain/connection.js';
import { pickHeaders } from '../domain/delivery.js';
import { deliveryRecord } from '../domain/delivery-record.js';
import type { Json } from '../domain/parse-json.js';
import type { ConnectionSecrets } from '../domain/sealed-secrets.js';
import { type Scheme, schemeOf } from '../domain/signatures/schemes.js';
import type { SignedRequest } from '../domain/signatures/signature.js';
import { signedUrls } from '../domain/signatures/signed-urls.js';
import { Acceptance } from '../pipeline/acceptance.js';
import { ConnectionRing } from '../pipeline/connection-ring.js';
import { REMOTE_VERIFIERS, type RemoteVerifiers } from '../pipeline/remote-verifier.js';
import { Access } from './access.js';
import { toProblem } from './problems.js';
import { bodyOf, contentTypeOf, wireBodyOf } from './request-body.js';

const RETRY_SOON = { 'retry-after': '2' };
const log = logger.child({ part: 'inbound' });

/** A connection whose secrets we know, and how its provider signs. */
interface Place {
  readonly connection: OpenConnection;
  readonly opened: ConnectionSecrets;
  readonly scheme: Scheme;
}

/** The way of a provider's delivery: known connection, good signature, Kafka. What is in it is read behind the log. */
@Injectable()
export class InboundDoor {
  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: Pick<GatewayConfig, 'inboundBytesMax'>,
    private readonly ring: ConnectionRing,
    private readonly access: Access,
    private readonly acceptance: Acceptance,
    @Inject(REMOTE_VERIFIERS) private readonly remote: RemoteVerifiers,
  ) {}

  /** @returns what the vendor wants to hear @throws ProblemException 401, 404, 413, 429, 503 */
  async take(provider: string, name: string, request: FastifyRequest, reply: FastifyReply): Promise<Scheme['answer']> {
    const place = this.placeOf(provider, name);
    const { connection, scheme } = place;
    const signed = signedRequest(request, wireBodyOf(request, this.config.inboundBytesMax), connection.settings);
    if (!(await this.isGenuine(signed, place)))
      throw new ProblemException(401, 'GATEWAY_SIGNATURE_INVALID', 'The signature is missing, wrong, or too old.');
    this.access.charge(connection, 1, reply);
    const raw = await bodyOf(request, this.config.inboundBytesMax);
    const record = deliveryRecord({
      connection,
      headers: pickHeaders(scheme.query ? { ...signed.headers, 'x-query': queryOf(request) } : signed.headers, [
        'content-type',
        ...(scheme.query ? ['x-query'] : []),
        ...(scheme.headers ?? []),
      ]),
      raw,
      receivedAt: signed.now,
      traceparent: formatTraceparent(currentTrace() ?? childTrace()),
    });
    try {
      await this.acceptance.accept([record]);
    } catch (error) {
      throw toProblem(error);
    }
    return scheme.answer;
  }

  /** A vendor's question whether this address is ours. @throws ProblemException 401, 404, 503 */
  greet(provider: string, name: string, query: Json): string {
    const { opened, scheme } = this.placeOf(provider, name);
    if (!scheme.handshake) throw unknownConnection();
    const answer = opened.verifyToken === undefined ? undefined : scheme.handshake(query, opened.verifyToken);
    if (answer === undefined)
      throw new ProblemException(401, 'GATEWAY_VERIFY_TOKEN_INVALID', 'The verification is not one of this connection.');
    return answer;
  }

  private placeOf(provider: string, name: string): Place {
    const scheme = schemeOf(provider);
    if (!scheme) throw unknownConnection();
    const connection = this.ring.find(provider, name);
    if (connection === 'not_loaded')
      throw new ProblemException(503, 'GATEWAY_CONNECTIONS_NOT_LOADED', 'The gateway has just started.', undefined, RETRY_SOON);
    if (connection === 'unknown') throw unknownConnection();
    if (connection.opened === undefined) {
      log.error({ connectionId: connection.id }, 'no key of the configuration opens the secrets of a connection');
      throw new ProblemException(503, 'GATEWAY_CONNECTION_UNREADABLE', 'The connection cannot be checked now.', undefined, RETRY_SOON);
    }
    return { connection, opened: connection.opened, scheme };
  }

  private async isGenuine(signed: SignedRequest, { connection, opened: { secrets }, scheme: { verify } }: Place): Promise<boolean> {
    const { settings, provider } = connection;
    if (verify !== 'elsewhere') return secrets.some((secret) => verify(signed, secret, settings));
    try {
      return (await this.remote[provider]?.verify(signed, secrets, settings)) ?? false;
    } catch (error) {
      log.warn({ err: error, connectionId: connection.id }, 'a signature could not be checked');
      throw new ProblemException(503, 'GATEWAY_SIGNATURE_UNCHECKED', 'The signature cannot be checked now.', undefined, RETRY_SOON);
    }
  }
}

function signedRequest(request: FastifyRequest, raw: Buffer, settings: Json): SignedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers[name] = value;
  headers['content-type'] = contentTypeOf(request);
  return { method: request.method, urls: signedUrls(request.host, request.originalUrl, settings), headers, raw, now: new Date() };
}

const queryOf = ({ originalUrl }: FastifyRequest): string => originalUrl.split('?', 2)[1] ?? '';

const unknownConnection = (): ProblemException =>
  new ProblemException(404, 'GATEWAY_CONNECTION_NOT_FOUND', 'There is no such connection of this provider.');
