/** What the receiver says other than yes: reply code (RFC 5321), enhanced code (RFC 3463), words. 4xx: the sender keeps the mail and tries again. */
// biome-ignore format: a table is read by its columns
export const REPLIES = {
  unknownRecipient:  { code: 550, text: '5.1.1 Nobody takes mail at this address' },
  tooManyRecipients: { code: 452, text: '4.5.3 Too many recipients: send the rest separately' },
  tooLarge:          { code: 552, text: '5.3.4 The message is too large' },
  tooFast:           { code: 450, text: '4.7.1 Too many messages: try again later' },
  notYet:            { code: 451, text: '4.3.0 The message cannot be kept now: try again later' },
} as const;

export type Reply = (typeof REPLIES)[keyof typeof REPLIES];

/** As smtp-server wants to be told. */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal';
  readonly responseCode: number;

  constructor({ code, text }: Reply) {
    super(text);
    this.responseCode = code;
  }
}
