import { createServer } from 'node:http';
import { createSign } from 'node:crypto';
import type { AddressInfo } from 'node:net';

/** Made for these tests; it opens nothing. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC4puXEKfOIMfv6
WaSnWj+f8gK1RT33ztOFFG9wmwX/IQI+nNlpuQObIhvYhfsNJslBJBq6geEwu/7M
5M/LpbD2+p+BYEdpfyY8aVgRYmpSWuVrLAHUQOirRaVjFt/hXIELVnX9JtawDpyF
xYKVNyd99GKRTD/cv9oiT9xA9Su/xtBWwushQBOHGsXIP+p7k5/OOrLhmfLrKJvB
3Ka40cOVp/mRdRlw7PZJOSqUMCDbrMsrLB74rpX1DCzjMtOvVGuJfpfeOMPQnsvz
IZLeER0ISGk+f0GNi9WWS1LgiSTd2aJAi+HoybHir9BzdOjb2XUsMFVQXRzh4dHo
/9rVb3CLAgMBAAECggEAA4CO3RCaoNup1s66c74fdM4nRP7iNQAEPQLtNiqKi5M5
sqxQ51NuARQ9iPbJky9II+cmZqEt/zmhlItGcatb1uNcAR0tXY/ezsiEtheywosc
zNKR2k+82frBL0bwyhpyDCAAruN8sOwmBdeAKYpZQmdPM0hJ8crlvT7cg5Li2IlJ
jPS/zsNMqyolUrZYf6zlgeo7QT+Xr26GQC1a9RsdysldfvI1ywToyWHO9dhVBpnf
o6bvPbYSPJOBC8jZYvKJ+sal11zHg8iMkfbHAtyeiSpLx4vAjFQd91SciTNaZzfG
qcxFHw+yeRtg+jrZA1xvkhaUDQytyZnn2DnuPV8P2QKBgQDZgUbkhf17GruPwdRe
8Ffw5FLl3ALbggBNI+aaZ2Qq+tZPmJwMqdzQkU7KYil1m6hjHNJ9D1luRHZQ7dbA
W/yheZTjndw3NOxXhOH/Ztm33D1IF3BqkB22F8MuVKQkOE314AfFzNezHdlvrWj1
3EqmfAKrH6+GYPLZjLUR4P5xzQKBgQDZVR0hRmKioBq77InG2qZUVULMGWSlg3nu
FhzyESfMhmWvrLSmXx4xMRl384/cR9050HIptSmA8LC2AOol5zuWtwSOj1HdbpSE
zR8KYAUPijLjz5/Pw9UJ+6HqGCvunHJdlapvCkVL1fZIjT1T9ZRh1j/CkbzcrRIY
qwM5IyFztwKBgQCdRZkZTLmI9j+BJ0qEi41LJg27H2cBifLl1Hu+UdxgJ5gnXdYY
YgrE1Qz/0hLgc3lCkWix/RNRZDeZNSD/XoRBzkQWgeLmGGJ8th0kLB5pj9rP8gLb
SvHw5SXArnsxpXTZwPBd2kxtu7upwN4QSQXBdBIJ4pNsu1VecRvMnb/eUQKBgCT6
jXVO85N2KHZXPe4e3/QzeaUeoPhkkYeILa6map4rM/wbJ7WzM4DtOMcnIxA5DhQ7
OmGMWJ5+1aJyL2T5njL7uwPCsQw7N3wNJr3uLo5BVn1ao3eHe6UyMo+RQ1BbQD5a
K+Cu37GSm1Am8AtsGq429SxW/cqSjCS0XF0JdDSrAoGAdJtkY6OYRJf3Aw36XVDo
dDU/BGLI0m+i6hh3HGrqY05n8q6kySqcQIZ4wZJsebrkFwnoQyFdWuVf75tQ1+zI
/5l7+Nde9F0EtjByXdKFkXgjUqBNv4F4ifIgz+nX8Suuskdj2bDdfEjEZfAjpt4b
hQmKfQS9ovXlb5okCrXPZbA=
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDGzCCAgOgAwIBAgIUb4eZFlll+5WgYdOKPz7eJhvixXgwDQYJKoZIhvcNAQEL
BQAwHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wIBcNMjYxMTI3MDQwMzUx
WhgPMjEyNjExMDMwNDAzNTFaMBwxGjAYBgNVBAMMEXNucy5hbWF6b25hd3MuY29t
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuKblxCnziDH7+lmkp1o/
n/ICtUU9987ThRRvcJsF/yECPpzZabkDmyIb2IX7DSbJQSQauoHhMLv+zOTPy6Ww
9vqfgWBHaX8mPGlYEWJqUlrlaywB1EDoq0WlYxbf4VyBC1Z1/SbWsA6chcWClTcn
ffRikUw/3L/aIk/cQPUrv8bQVsLrIUAThxrFyD/qe5Ofzjqy4Zny6yibwdymuNHD
laf5kXUZcOz2STkqlDAg26zLKywe+K6V9Qws4zLTr1RriX6X3jjD0J7L8yGS3hEd
CEhpPn9BjYvVlktS4Ikk3dmiQIvh6Mmx4q/Qc3To29l1LDBVUF0c4eHR6P/a1W9w
iwIDAQABo1MwUTAdBgNVHQ4EFgQUDmIHCSFeVif0HOzYynkLGwYpyWYwHwYDVR0j
BBgwFoAUDmIHCSFeVif0HOzYynkLGwYpyWYwDwYDVR0TAQH/BAUwAwEB/zANBgkq
hkiG9w0BAQsFAAOCAQEAjlVK2LDKMEEnI8E3HKvt8LunowLeuW8mM6Gt3bRu2aX2
SJhLdp+rwzypKgL7Ha7PB+RjrovDIFT1OqGIzpdW8BC3DNyB2FnavHSgDxMa5x9w
LnlVi4nZDkSf7CQPHKXQgBtobSEyKt4CyzcmhSCxfeeOJgHDkQr5BbRxN6KD8och
G49uu9vvs+Xho/liFYgFhrolcSAO6MlmU3KEDmsCeYrvteZoqOzV8JFB0gR9t6zT
94lkipf3h7GIT9qSqHC5Zi7PZY/n7JuD9nwrsch+vpxSuPsyRvEpS9eM6tYtQyyB
sfRVQVrFd6xM3t8iam96BXhZxfF2wHsYeupSI24cmg==
-----END CERTIFICATE-----`;

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
