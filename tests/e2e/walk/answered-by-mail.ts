import { createTransport, type SendMailOptions } from 'nodemailer';
import { mailTo } from '../product/mailbox.js';
import { type Body, eventually, type Product } from '../product/product.js';

/** The way of a mail and back: sent by SMTP, answered, bounced and auto-answered over the gateway's own SMTP receiver. */
export function customersAnswerByMail(given: () => { readonly product: Product; readonly smtpPort: number }): void {
  describe('a customer answers by mail', () => {
    let support: string;
    const deliver = async (options: SendMailOptions): Promise<void> => {
      const transport = createTransport({ host: '127.0.0.1', port: given().smtpPort, ignoreTLS: true });
      await transport.sendMail({ to: support, ...options });
    };
    /** A customer with one mail from us. @returns whom, the notification, and the Message-ID that the mail came with */
    const written = async (name: string) => {
      const { product } = given();
      const customer = product.customer(name);
      await product.segment('identify', { userId: customer.userId, traits: { email: customer.email, locale: 'vi', country: 'VN' } });
      await product.profile(customer.ref);
      const ask = {
        to: customer.ref,
        purpose: 'transactional',
        channels: ['email'],
        content: { email: { subject: 'Đơn hàng', text: 'Màu nào ạ?' } },
      };
      await eventually(
        'the decider to know him',
        async () => (await product.call('POST', '/v1/decisions', ask)).body?.ranked?.length === 1,
      );
      const { id } = await product.ask('POST', '/v1/notifications', ask);
      await product.settled(id, 'sent');
      const { headers } = await mailTo(product, customer.email);
      return { customer, id: id as string, messageId: headers['message-id'] as string };
    };
    const timeline = (ref: string, event: string): Promise<Body> =>
      given()
        .product.under(ref, 'interactions?channel=email', ({ data }) => data.some((one: Body) => one.event === event))
        .then(({ data }) => data.find((one: Body) => one.event === event));

    beforeAll(async () => {
      const { product } = given();
      support = `support-${product.run}@shop.example`;
      await product.ask('POST', '/v1/connections', {
        provider: 'mime',
        name: 'mail',
        secrets: ['not-used-over-smtp'],
        settings: { addresses: [support] },
      });
    });

    it('and the notification is answered; a machine’s answer is none', async () => {
      const { product } = given();
      const { customer, id, messageId } = await written('thu');
      await deliver({
        from: customer.email,
        subject: 'Trả lời tự động: Đơn hàng',
        headers: { 'Auto-Submitted': 'auto-replied' },
        inReplyTo: messageId,
        text: 'Tôi đi vắng.',
      });
      expect(await timeline(customer.ref, 'Email Auto-Replied')).toMatchObject({ notificationId: id, handling: 'none' });
      expect(await product.find(`/v1/notifications/${id}`)).toMatchObject({ status: 'sent' });

      await deliver({ from: customer.email, subject: 'Re: Đơn hàng', inReplyTo: messageId, text: 'Màu xanh ạ.\n\n> Màu nào ạ?' });
      expect(await timeline(customer.ref, 'Email Received')).toMatchObject({ notificationId: id, text: 'Màu xanh ạ.', handling: 'human' });
      await product.settled(id, 'answered');
    });

    it.each([
      ['5.2.2', true],
      ['5.1.1', false],
    ])('a bounce with status %s leaves the address reachable: %s', async (status, reachable) => {
      const { product } = given();
      const { customer, id, messageId } = await written('tam');
      const report = `Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ${customer.email}\nAction: failed\nStatus: ${status}\n`;
      await deliver({
        from: 'MAILER-DAEMON@mx.example',
        subject: 'Undelivered Mail',
        text: 'It could not be delivered.',
        alternatives: [],
        attachments: [
          {
            contentType: 'message/delivery-status',
            content: report,
            contentDisposition: 'inline',
            contentTransferEncoding: '7bit',
            filename: false,
          },
          {
            contentType: 'text/rfc822-headers',
            content: `Message-ID: ${messageId}\nTo: ${customer.email}\n`,
            contentDisposition: 'inline',
            contentTransferEncoding: '7bit',
            filename: false,
          },
        ],
      });
      expect(await timeline(customer.ref, 'Email Bounced')).toMatchObject({ notificationId: id });
      const { contactPoints } = await product.profile(customer.ref, ({ contacts }) => contacts.byChannel.email?.count >= 1);
      expect(contactPoints.find(({ channel }: Body) => channel === 'email')).toMatchObject({ reachable });
    });
  });
}
