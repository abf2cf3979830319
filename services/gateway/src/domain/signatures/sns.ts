import { createVerify, type KeyObject } from 'node:crypto';
import { isObject, type Json } from '../parse-json.js';

/** The fields that SNS signs, in its order (docs.aws.amazon.com/sns/latest/dg, "Verifying the signatures of Amazon SNS messages"). */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const ALGORITHMS: Readonly<Record<string, string>> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

const HOST = String.raw`https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?`;
const CERTIFICATE_URL = new RegExp(String.raw`^${HOST}/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem$`);
const SUBSCRIBE_URL = new RegExp(String.raw`^${HOST}/\?Action=ConfirmSubscription&[\w%=&.:~+-]{1,2000}$`);

/** A message of SNS as it was posted; undefined: it is none. */
export function snsMessageOf(raw: Buffer): Json | undefined {
  try {
    const message: unknown = JSON.parse(raw.toString('utf8'));
    return isObject(message) && typeof message['Type'] === 'string' && Object.hasOwn(SIGNED, message['Type']) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a certificate is the vendor's own: fetched over TLS from its domain and its path, nothing else. */
export const isCertificateUrl = (url: unknown): url is string => typeof url === 'string' && CERTIFICATE_URL.test(url);
export const isSubscribeUrl = (url: unknown): url is string => typeof url === 'string' && SUBSCRIBE_URL.test(url);

/** Version 1 is SHA-1, version 2 SHA-256, both RSA (PKCS #1 v1.5) over names and values in lines. */
export function isSignedBySns(message: Json, key: KeyObject): boolean {
  const { SignatureVersion: version, Signature: signature, Type: type } = message;
  if (typeof version !== 'string' || !Object.hasOwn(ALGORITHMS, version) || typeof signature !== 'string') return false;
  const verify = createVerify(ALGORITHMS[version]!);
  for (const field of SIGNED[type as string] ?? []) {
    const value = message[field];
    if (value === undefined && field === 'Subject') continue;
    if (typeof value !== 'string') return false;
    verify.update(`${field}\n${value}\n`, 'utf8');
  }
  return verify.verify(key, signature, 'base64');
}
