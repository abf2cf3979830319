import { describe, expect, it } from '@jest/globals';
import { EVENT_ROWS } from '../../domain/events/event-table.js';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { GHN_STATUSES, GHTK_STATUSES, STATUSES } from './statuses.js';

/** api.ghn.vn/home/docs/detail?id=47, "Webhook": the members of its example. */
const ghn = (more: object = {}) => ({
  CODAmount: 3000000,
  CODTransferDate: null,
  ClientOrderCode: 'DH-1024',
  ConvertedWeight: 200,
  Description: 'Tạo đơn hàng',
  Fee: { MainService: 53900, Insurance: 17500, Total: 71400 },
  IsPartialReturn: false,
  OrderCode: 'Z82BS',
  Reason: '',
  ReasonCode: '',
  ShopID: 81558,
  Status: 'delivered',
  Time: '2026-01-14T03:52:50.158Z',
  TotalFee: 71400,
  Type: 'switch_status',
  Warehouse: 'Bưu Cục 1',
  ...more,
});
/** api.ghtk.vn/docs/submit-order/webhook: the form of its example. */
const ghtk = (status: string, more = '') =>
  `label_id=S1.A1.17373471&partner_id=1234567&action_time=2026-01-14T12:18:39+07:00&status_id=${status}&reason_code=&reason=&weight=2.4&fee=15000&pick_money=100000&return_part_package=0${more}`.replaceAll(
    '+',
    '%2B',
  );

describe('GHN', () => {
  it('a parcel that arrived is a Package Delivered of whoever placed the order', () => {
    expect(interactionsOf(inbound('ghn', ghn()))).toMatchObject([
      {
        event: 'Package Delivered',
        channel: 'delivery',
        direction: 'outbound',
        stage: 'post_purchase',
        at: '2026-01-14T03:52:50.158Z',
        identifiers: [{ type: 'orderId', value: 'DH-1024' }],
        properties: {
          tracking_number: 'Z82BS',
          order_id: 'DH-1024',
          status: 'delivered',
          carrier: 'ghn',
          cod: '3000000',
          fee: '71400',
          currency: 'VND',
        },
      },
    ]);
  });
  it('its ten repetitions are one fact; two failed attempts are two', () => {
    const id = (more: object) => interactionsOf(inbound('ghn', ghn(more)))[0]?.messageId;
    expect(id({})).toBe(id({}));
    const failed = { Status: 'delivery_fail', Reason: 'Khách hẹn giao lại' };
    expect(id(failed)).not.toBe(id({ ...failed, Time: '2026-01-15T03:52:50.158Z' }));
  });
  it.each([
    [{ Status: 'sorting' }, 'skip'],
    [{ Type: 'update_cod' }, 'skip'],
    [{ ClientOrderCode: '' }, 'skip'],
    [{ Status: 'teleported' }, 'reject'],
    [{ Status: 'toString' }, 'reject'],
    [{ OrderCode: undefined }, 'reject'],
  ])('%j is %s', (more, kind) => expect(decodedOf(inbound('ghn', ghn(more))).kind).toBe(kind));
});

describe('GHTK', () => {
  it('takes its form, and the same as JSON', () => {
    const expected = {
      event: 'Package Delivered',
      at: '2026-01-14T05:18:39.000Z',
      identifiers: [{ type: 'orderId', value: '1234567' }],
      properties: { tracking_number: 'S1.A1.17373471', carrier_status: '5', cod: '100000', fee: '15000', currency: 'VND' },
    };
    const json = {
      partner_id: '1234567',
      label_id: 'S1.A1.17373471',
      status_id: 5,
      action_time: '2026-01-14T12:18:39+07:00',
      fee: 15000,
      pick_money: 100000,
    };
    expect(interactionsOf(inbound('ghtk', new URLSearchParams(ghtk('5'))))[0]).toMatchObject(expected);
    expect(interactionsOf(inbound('ghtk', json))[0]).toMatchObject(expected);
  });
  it('keeps the time of the form exactly as the page prints it, with the plus of its zone as it is', () => {
    const asPrinted =
      'label_id=S1.A1.17373471&partner_id=1234567&action_time=2016-11-02T12:18:39+07:00&status_id=5&reason_code=&reason=&weight=2.4&fee=1500&return_part_package=0';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(interactionsOf(inbound('ghtk', asPrinted, { headers }))[0]).toMatchObject({ at: '2016-11-02T05:18:39.000Z' });
  });
  it('what the courier reports and the office confirms is delivered once', () => {
    const id = (status: string) => interactionsOf(inbound('ghtk', new URLSearchParams(ghtk(status))))[0]?.messageId;
    expect(id('45')).toBe(id('5'));
    expect(decodedOf(inbound('ghtk', new URLSearchParams(ghtk('6')))).kind).toBe('skip');
    expect(decodedOf(inbound('ghtk', new URLSearchParams(ghtk('99')))).kind).toBe('reject');
  });
});

describe('the tables', () => {
  it('lead to events that the classification table has', () => {
    const events = Object.values(STATUSES).map(({ event }) => event);
    expect(events.filter((event) => event !== null && !Object.hasOwn(EVENT_ROWS, event))).toEqual([]);
    for (const status of [...Object.values(GHN_STATUSES), ...Object.values(GHTK_STATUSES)]) expect(STATUSES).toHaveProperty(status);
  });
});
