const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const MESSAGE_ID = new RegExp(`^(${UUID})\\.${UUID}@`);
const REPLY_ADDRESS = /\+([0-9a-f]{32})@/i;

/**
 * Where a mail of ours carries the notification that it is: in its Message-ID, which answers and bounces quote (`<notification>.<delivery>@domain`),
 * and in its reply address, for providers that write a Message-ID of their own. Neither is signed: the ids hold 74 bits of a hash that only whoever got
 * the mail has seen, and the sender's address of an answer is no better proven.
 */
export const messageIdOfDelivery = (notificationId: string, deliveryId: string, domain: string): string =>
  `<${notificationId}.${deliveryId}@${domain}>`;

/** `support@shop.example` → `support+0199…@shop.example`, with the display name kept. Local parts may lose their case on the way: hex has none. */
export const replyAddressOf = (mailbox: string, notificationId: string): string =>
  mailbox.replace(/@([^@]*)$/, `+${notificationId.replaceAll('-', '')}@$1`);

/** The notification of a Message-ID, with or without angle brackets; undefined: it is not ours. */
export const notificationOfMessageId = (messageId: string): string | undefined =>
  MESSAGE_ID.exec(messageId.startsWith('<') ? messageId.slice(1) : messageId)?.[1];

/** The notification of an address that a mail went to; undefined: it names none. */
export function notificationOfAddress(address: string): string | undefined {
  const hex = REPLY_ADDRESS.exec(address)?.[1]?.toLowerCase();
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
