/** What becomes of a parcel, in our words. `event`: what the customer's timeline shows; null: a step inside the carrier. */
export interface StatusRow {
  readonly event: string | null;
  /** It happens at most once to a parcel: carriers report it several times (by the courier, then by the office). */
  readonly once?: true;
}

// biome-ignore format: a table is read by its columns
export const STATUSES = {
  registered:       { event: null },
  picked_up:        { event: 'Package Shipped',           once: true },
  in_transit:       { event: null },
  out_for_delivery: { event: 'Package Out for Delivery' },
  delayed:          { event: 'Delivery Delayed' },
  failed:           { event: 'Delivery Failed' },
  delivered:        { event: 'Package Delivered',         once: true },
  cancelled:        { event: 'Delivery Cancelled',        once: true },
  returning:        { event: null },
  returned:         { event: 'Package Returned',          once: true },
  lost:             { event: 'Package Lost',              once: true },
  damaged:          { event: 'Package Damaged',           once: true },
  settled:          { event: null },
} as const satisfies Readonly<Record<string, StatusRow>>;

export type DeliveryStatus = keyof typeof STATUSES;
export const isDeliveryStatus = (word: unknown): word is DeliveryStatus => typeof word === 'string' && Object.hasOwn(STATUSES, word);

/** Giao Hàng Nhanh: api.ghn.vn/home/docs/detail, "Webhook" (id=47) and "Order status". */
// biome-ignore format: a table is read by its columns
export const GHN_STATUSES: Readonly<Record<string, DeliveryStatus>> = {
  draft:                    'registered',
  ready_to_pick:            'registered',
  picking:                  'registered',
  money_collect_picking:    'registered',
  cancel:                   'cancelled',
  picked:                   'picked_up',
  storing:                  'in_transit',
  transporting:             'in_transit',
  sorting:                  'in_transit',
  delivering:               'out_for_delivery',
  money_collect_delivering: 'in_transit', // at the door: it was out for delivery already
  delivered:                'delivered',
  delivery_fail:            'failed',
  waiting_to_return:        'returning',
  return:                   'returning',
  return_transporting:      'returning',
  return_sorting:           'returning',
  returning:                'returning',
  return_fail:              'returning',
  returned:                 'returned',
  exception:                'delayed',
  damage:                   'damaged',
  lost:                     'lost',
};

/** Giao Hàng Tiết Kiệm: api.ghtk.vn/docs/submit-order/webhook, "Order status"; what the courier reports comes before what the office confirms. */
// biome-ignore format: a table is read by its columns
export const GHTK_STATUSES: Readonly<Record<string, DeliveryStatus>> = {
  '-1':  'cancelled',
  '1':   'registered',        // not yet received
  '2':   'registered',        // received
  '3':   'picked_up',         // picked up, in the warehouse
  '4':   'out_for_delivery',  // handed to the courier
  '5':   'delivered',         // not yet reconciled
  '6':   'settled',           // reconciled
  '7':   'cancelled',         // could not be picked up
  '8':   'registered',        // pick-up delayed
  '9':   'failed',            // could not be delivered
  '10':  'delayed',
  '11':  'settled',           // the return was reconciled
  '12':  'registered',        // being picked up
  '13':  'lost',              // compensated
  '20':  'returning',
  '21':  'returned',
  '45':  'delivered',         // reported by the courier
  '49':  'failed',            // reported by the courier
  '123': 'picked_up',         // reported by the courier
  '127': 'registered',        // courier could not pick up
  '128': 'registered',        // courier delays the pick-up
  '410': 'delayed',           // courier delays the delivery
};
