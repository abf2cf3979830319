import { createServer } from 'node:http';
import { createSign } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE, KEY } from './self-signed.js';

export const TOPIC = 'arn:aws:sns:ap-southeast-1:123456789012:mail';
const CERTIFICATE_PATH = '/SimpleNotificationService-0123456789abcdef.pem';
export const CERTIFICATE_URL = `https://sns.ap-southeast-1.amazonaws.com${CERTIFICATE_PATH}`;
export const SUBSCRIBE_URL = `https://sns.ap-southeast-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92768dd60a747ba6f3beb71854e285d6ad02428b09ceece29417f1f02d609c582afbacc99c583a916b9981dd2728f4ae6fdb82efd087cc3b7849e05798d2d2785c03b0879594eeac82c01f235d0e717736`;

/** A message as SNS posts it (docs.aws.amazon.com/sns/latest/dg, "HTTP/HTTPS notification JSON format"), signed as it signs (version 1 or 2). */
export function signedBySns(more: Record<string, string> = {}, version: '1' | '2' = '1'): string {
  const message: Record<string, string> = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Message: '{"notificationType":"Delivery"}',
    Timestamp: new Date().toISOString(),
    SignatureVersion: version,
    SigningCertURL: CERTIFICATE_URL,
    ...more,
  };
  const sign = createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256');
  for (const name of ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'])
    if (message[name] !== undefined) sign.update(`${name}\n${message[name]}\n`);
  return JSON.stringify({ ...message, Signature: sign.sign(KEY, 'base64') });
}

export interface SnsStandIn {
  readonly url: string;
  /** Paths and queries that were asked for. */
  readonly asked: string[];
  /** 0: as always. */
  failWith: number;
  stop(): Promise<void>;
}

/** Gives out the certificate, and confirms subscriptions. */
export async function startSnsStandIn(): Promise<SnsStandIn> {
  const server = createServer((request, response) => {
    standIn.asked.push(request.url ?? '');
    if (standIn.failWith > 0) return void response.writeHead(standIn.failWith).end();
    if (request.url === CERTIFICATE_PATH) return void response.writeHead(200).end(CERTIFICATE);
    if (request.url?.startsWith('/?Action=ConfirmSubscription')) return void response.writeHead(200).end('<ConfirmSubscriptionResponse/>');
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn: SnsStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    failWith: 0,
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return standIn;
}
