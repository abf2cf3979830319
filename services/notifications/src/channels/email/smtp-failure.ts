import type { SendResult } from '../channel.js';

/** What nodemailer reports, as far as it matters here. */
export interface SmtpFault {
  readonly code?: string;
  /** The server's reply code, when it replied. */
  readonly responseCode?: number;
  /** `CONN`, `AUTH …`, `MAIL FROM`, `RCPT TO`, `DATA`, … */
  readonly command?: string;
  /** The whole reply; only its enhanced status code (RFC 3463) is read. */
  readonly response?: string;
}

const GREYLIST_MS = 60_000;

/**
 * From an SMTP fault to what to do about it. A 4xx or 5xx reply is a definite "no". Without a reply, everything depends on whether the end of the
 * message had gone out: before, the server cannot have taken it; after, nobody knows.
 * @param handedOver the final dot of the message was written to the socket.
 */
export function smtpFailure(fault: SmtpFault, handedOver: boolean): SendResult {
  const reply = fault.responseCode ?? 0;
  if (fault.code === 'EAUTH' || fault.code === 'ENOAUTH' || fault.code === 'ECONFIG')
    return { kind: 'rejected', code: 'SMTP_LOGIN_REFUSED', retryable: true, providerFault: true };
  if (reply === 421) return { kind: 'rejected', code: 'SMTP_421', retryable: true, providerFault: true };
  if (reply >= 500) return { kind: 'rejected', code: permanentCode(fault), retryable: false, providerFault: fault.command === 'MAIL FROM' };
  if (reply >= 400)
    return {
      kind: 'rejected',
      code: `SMTP_${reply}`,
      retryable: true,
      retryAfterMs: reply === 450 || reply === 451 ? GREYLIST_MS : undefined,
    };
  // the address or the message cannot even be written down
  if (fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE' || fault.code === 'ESTREAM')
    return { kind: 'rejected', code: `SMTP_${fault.code}`, retryable: false };
  const code = `SMTP_${fault.code ?? 'FAILED'}`;
  return handedOver ? { kind: 'unknown', code, providerFault: true } : { kind: 'rejected', code, retryable: true, providerFault: true };
}

/** The reasons that a decision can use, by enhanced status code (RFC 3463), else the plain reply. */
function permanentCode({ responseCode, response = '', command }: SmtpFault): string {
  const enhanced = /\b5\.(\d{1,3})\.(\d{1,3})\b/.exec(response)?.[0];
  if (enhanced === '5.1.1' || enhanced === '5.1.2' || enhanced === '5.1.3' || enhanced === '5.1.10') return 'ADDRESS_UNKNOWN';
  if (enhanced === '5.2.1') return 'ADDRESS_DISABLED';
  if (enhanced === '5.2.2') return 'MAILBOX_FULL';
  if (enhanced === '5.3.4' || enhanced === '5.2.3' || responseCode === 552) return 'TOO_LARGE';
  if (enhanced?.startsWith('5.7.')) return 'REFUSED_BY_POLICY';
  if (command === 'RCPT TO' && (responseCode === 550 || responseCode === 551 || responseCode === 553)) return 'ADDRESS_UNKNOWN';
  return `SMTP_${responseCode}`;
}
