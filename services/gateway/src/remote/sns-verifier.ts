import { X509Certificate } from 'node:crypto';
import type { Json } from '../domain/parse-json.js';
import { equalInConstantTime, isRecent, type SignedRequest } from '../domain/signatures/signature.js';
import { isCertificateUrl, isSignedBySns, isSubscribeUrl, snsMessageOf } from '../domain/signatures/sns.js';
import type { RemoteVerifier } from '../pipeline/remote-verifier.js';

/** SNS tries for at most an hour to deliver; clocks differ. Within it a repetition is recognised by its message id. */
const WINDOW_MS = 3_900_000;
const FETCH_TIMEOUT_MS = 3_000;
const CERTIFICATE_BYTES_MAX = 16_384;
const CERTIFICATES_MAX = 32;

export interface SnsVerifierOptions {
  /** In place of the vendor's own origin, for a stand-in on this machine; what is pinned is checked all the same. */
  readonly baseUrl?: string;
}

/**
 * Messages of Amazon SNS. Everybody with an account there can have messages signed, so the topic is what proves the sender: the secret of the connection is
 * its ARN. A subscription is confirmed when `settings.confirmSubscription` is true.
 */
export class SnsVerifier implements RemoteVerifier {
  private readonly certificates = new Map<string, Promise<X509Certificate | undefined>>();

  constructor(private readonly options: SnsVerifierOptions = {}) {}

  async verify({ raw, now }: SignedRequest, secrets: readonly string[], settings: Json): Promise<boolean> {
    const message = snsMessageOf(raw);
    if (message === undefined) return false;
    const { TopicArn: topic, Timestamp: timestamp, SigningCertURL: url } = message;
    // before anything is fetched: a stranger who does not know the topic makes us fetch nothing
    if (typeof topic !== 'string' || !secrets.some((secret) => equalInConstantTime(secret, topic))) return false;
    if (typeof timestamp !== 'string' || !isRecent(Date.parse(timestamp), now, WINDOW_MS) || !isCertificateUrl(url)) return false;
    const certificate = await this.certificateAt(url, now);
    if (certificate === undefined || !isSignedBySns(message, certificate.publicKey)) return false;
    if (message['Type'] === 'SubscriptionConfirmation' && settings['confirmSubscription'] === true)
      return this.confirm(message['SubscribeURL']);
    return true;
  }

  /** A confirmation that cannot be reached now is thrown, so that SNS asks again. */
  private async confirm(url: unknown): Promise<boolean> {
    if (!isSubscribeUrl(url)) return false;
    const response = await this.get(url);
    await response.body?.cancel();
    if (response.status >= 500) throw new Error(`SNS answered ${response.status} to the confirmation of a subscription`);
    return response.ok;
  }

  private async certificateAt(url: string, now: Date): Promise<X509Certificate | undefined> {
    const known = await this.certificates.get(url);
    if (known !== undefined && known.validToDate > now) return known;
    const fetched = this.fetchCertificate(url);
    this.keep(url, fetched);
    let certificate: X509Certificate | undefined;
    try {
      certificate = await fetched;
    } finally {
      // nothing that failed is remembered: the next message tries again
      if (certificate === undefined && this.certificates.get(url) === fetched) this.certificates.delete(url);
    }
    return certificate !== undefined && certificate.validFromDate <= now && certificate.validToDate > now ? certificate : undefined;
  }

  private keep(url: string, fetched: Promise<X509Certificate | undefined>): void {
    this.certificates.delete(url);
    this.certificates.set(url, fetched);
    const [oldest] = this.certificates.keys();
    if (this.certificates.size > CERTIFICATES_MAX && oldest !== undefined) this.certificates.delete(oldest);
  }

  /** undefined: there is no such certificate. @throws when the vendor cannot be reached */
  private async fetchCertificate(url: string): Promise<X509Certificate | undefined> {
    const response = await this.get(url);
    if (response.status >= 500) throw new Error(`the certificate's server answered ${response.status}`);
    const pem = await textOf(response, CERTIFICATE_BYTES_MAX);
    if (!response.ok || pem === undefined) return undefined;
    try {
      return new X509Certificate(pem);
    } catch {
      return undefined;
    }
  }

  private get(url: string): Promise<Response> {
    const { pathname, search } = new URL(url);
    const target = this.options.baseUrl ? new URL(pathname + search, this.options.baseUrl) : url;
    return fetch(target, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  }
}

/** undefined: more than `bytesMax`; the rest is not read. */
async function textOf({ body }: Response, bytesMax: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}
