import { emptyPath } from './customer-path.js';
import { foldMembership, joinPaths, segmentsOf } from './fold-path.js';
import { STORED_CHANNELS, STORED_PLACES } from './codes.js';
import { decimalOf, moneyPartOf } from './money-part.js';
import { joinMatters, matterPartOf, resolutionOf } from './resolution.js';
import { bucketOf, MEDIAN_ERROR_MAX, medianSeconds } from './time-buckets.js';

describe('a membership after a merge', () => {
  const path = () => emptyPath();

  it('moves over from the other when the survivor had left before, and ends when the survivor leaves afterwards', () => {
    const [survivor, loser] = [path(), path()];
    foldMembership(survivor, 'loyal', 'ann', { sequence: 2, at: 50 });
    foldMembership(loser, 'loyal', 'twin', { sequence: 1, at: 40 });
    loser.absorbed.set('twin', 60);
    joinPaths(survivor, loser);
    expect(segmentsOf(survivor, 'ann')).toEqual(['loyal']);
    foldMembership(survivor, 'loyal', 'ann', { sequence: 4, at: 70 });
    expect(segmentsOf(survivor, 'ann')).toEqual([]);
  });

  it('is the same when the other’s word comes after the merge, or an older word after a newer', () => {
    const survivor = path();
    survivor.absorbed.set('twin', 60);
    foldMembership(survivor, 'loyal', 'twin', { sequence: 3, at: 40 });
    foldMembership(survivor, 'loyal', 'twin', { sequence: 2, at: 30 });
    expect(segmentsOf(survivor, 'ann')).toEqual(['loyal']);
  });
});

describe('a matter', () => {
  const said = (event: string, minute: number, more: object = {}) =>
    matterPartOf({
      event,
      at: new Date(minute * 60_000).toISOString(),
      caseId: 'k1',
      channel: 'phone',
      direction: 'inbound',
      sensitivity: 'normal',
      ...more,
    } as never)!.part;

  it('is resolved by its own event, on the channel where it began, and open again when the customer comes back', () => {
    const opened = said('Call Started', 0);
    const resolved = joinMatters(opened, said('Case Resolved', 90, { direction: 'outbound' }));
    expect(resolutionOf(opened)).toEqual({ resolved: false, switched: false, tookMs: undefined });
    expect(resolutionOf(resolved)).toEqual({ resolved: true, switched: false, tookMs: 5_400_000 });
    const again = joinMatters(resolved, said('Email Received', 95, { channel: 'email' }));
    expect(resolutionOf(again)).toEqual({ resolved: false, switched: true, tookMs: undefined });
    expect(again.openedOn).toBe('phone');
  });

  it('that is a case does not end with a call; a conversation does', () => {
    const call = { caseId: undefined, conversationId: 'c7' };
    expect(resolutionOf(joinMatters(said('Call Started', 0), said('Call Ended', 9)))).toMatchObject({ resolved: false });
    expect(resolutionOf(joinMatters(said('Call Started', 0, call), said('Call Ended', 9, call)))).toMatchObject({
      resolved: true,
      tookMs: 540_000,
    });
  });
});

describe('durations', () => {
  it('keep their median within the documented error', () => {
    for (const seconds of [1, 2.5, 61, 3_600, 90_000, 2_500_000]) {
      const buckets = new Map([[bucketOf(seconds * 1000), 11]]);
      expect(Math.abs(medianSeconds(buckets)! / seconds - 1)).toBeLessThan(MEDIAN_ERROR_MAX);
    }
    expect(medianSeconds(new Map())).toBeUndefined();
    expect(medianSeconds(new Map([[0, 3]]))).toBe(0);
  });

  it('of two halves are those of the whole', () => {
    const buckets = new Map<number, number>();
    for (let n = 1; n <= 1001; n++) buckets.set(bucketOf(n * 1000), (buckets.get(bucketOf(n * 1000)) ?? 0) + 1);
    expect(medianSeconds(buckets)).toBeGreaterThan(480);
    expect(medianSeconds(buckets)).toBeLessThan(520);
  });
});

it('money adds up exactly, and a refund takes away whichever sign it comes with', () => {
  const micros = (event: string, amount: string) => moneyPartOf({ event, value: { currency: 'VND', amount } } as never)!.micros;
  expect(decimalOf(micros('Order Completed', '0.1') + micros('Order Completed', '0.2'))).toBe('0.30');
  expect(micros('Order Refunded', '-5')).toBe(micros('Order Refunded', '5'));
  expect(decimalOf(micros('Order Refunded', '12.345678'))).toBe('-12.345678');
});

it('what is stored by its position keeps its position', () => {
  expect(STORED_CHANNELS.join(' ')).toBe(
    'web mobile_app in_app email sms push web_push phone live_chat chatbot whatsapp zalo messenger telegram social forum blog webinar store delivery post fax webhook api',
  );
  expect(STORED_PLACES.length).toBe(58);
  expect([STORED_PLACES[1], STORED_PLACES[27], STORED_PLACES[57]]).toEqual([
    'pre_purchase.website',
    'post_purchase.online_checkout',
    'post_purchase.community',
  ]);
});
