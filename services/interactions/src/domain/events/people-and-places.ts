import { type EventRows, PAID } from './event-row.js';

const call = { channel: 'phone', handling: 'human' } as const;

/**
 * Our own names: speaking with each other. The direction of a call is a property; without it the customer called. That somebody answered, and that it
 * was recorded, are no further contacts: the end of the call says who served it.
 */
// biome-ignore format: a table is read by its columns
export const CALLS: EventRows = {
  'Call Started':                    { ...call, function: 'reactive' },
  'Call Ended':                      { ...call, function: 'reactive', text: ['summary', 'transcript', 'text'] },
  'Call Transferred':                { ...call, function: 'reactive', complexity: 'guided' },
  'Call Missed':                     { channel: 'phone', function: 'reactive' },
  'Call Attempted':                  { channel: 'phone', direction: 'outbound', function: 'proactive' },
  'Call Answered':                   { channel: 'phone', function: 'reactive' },
  'Call Recorded':                   { channel: 'phone', function: 'reactive' },
  'Callback Requested':              { function: 'reactive' },
  'Voicemail Left':                  { channel: 'phone', function: 'reactive', text: ['transcript', 'text'] },
  'IVR Completed':                   { channel: 'phone', function: 'reactive', handling: 'automated', complexity: 'simple' },
  'Meeting Held':                    { handling: 'human', text: ['summary'] },
  'Demo Requested':                  { stage: 'pre_purchase', function: 'reactive', text: ['message', 'text'] },
};

const webinar = { channel: 'webinar', stage: 'pre_purchase', touchpoint: 'event' } as const;

/** Our own names: being somewhere. */
// biome-ignore format: a table is read by its columns
export const PLACES: EventRows = {
  'Store Visited':                   { channel: 'store', stage: 'purchase', touchpoint: 'store_visit', handling: 'human' },
  'Store Consultation Held':         { channel: 'store', stage: 'purchase', touchpoint: 'purchase_support', handling: 'human', complexity: 'guided', text: ['summary', 'text'] },
  'Kiosk Used':                      { channel: 'store', stage: 'purchase', touchpoint: 'store_visit', handling: 'self_service', complexity: 'simple' },
  'Webinar Registered':              { ...webinar, handling: 'self_service' },
  'Webinar Attended':                { ...webinar, handling: 'community' },
  'Webinar Missed':                  { ...webinar },
  'Webinar Question Asked':          { ...webinar, handling: 'human', function: 'reactive', text: ['text', 'question'] },
  'Event Attended':                  { stage: 'pre_purchase', touchpoint: 'event', handling: 'community' },
  'Blog Post Read':                  { channel: 'blog', stage: 'pre_purchase', touchpoint: 'content' },
  'Content Downloaded':              { stage: 'pre_purchase', touchpoint: 'content' },
  'Advert Clicked':                  { stage: 'pre_purchase', touchpoint: 'advert', function: 'proactive' },
};

const parcel = { channel: 'delivery', stage: 'post_purchase', touchpoint: 'delivery', direction: 'outbound' } as const;

/** Our own names: money and goods on their way. */
// biome-ignore format: a table is read by its columns
export const DELIVERY: EventRows = {
  'Payment Completed':               { stage: 'purchase', touchpoint: 'payment', handling: 'self_service', sensitivity: 'sensitive', value: PAID, on: { store: { handling: 'human' } } },
  'Payment Failed':                  { stage: 'purchase', touchpoint: 'payment', sensitivity: 'sensitive' },
  'Package Shipped':                 { ...parcel },
  'Package Out for Delivery':        { ...parcel },
  'Package Delivered':               { ...parcel, handling: 'human' },
  'Package Opened':                  { ...parcel, direction: 'inbound', touchpoint: 'packaging' },
  'Delivery Scheduled':              { ...parcel, direction: 'inbound', handling: 'self_service', complexity: 'simple' },
  'Delivery Delayed':                { ...parcel },
  'Delivery Failed':                 { ...parcel, complexity: 'guided' },
  'Delivery Cancelled':              { ...parcel },
  'Package Returned':                { ...parcel, touchpoint: 'returns' },
  'Package Lost':                    { ...parcel, complexity: 'complex', sensitivity: 'sensitive', value: ['compensation'] },
  'Package Damaged':                 { ...parcel, complexity: 'complex', sensitivity: 'sensitive', value: ['compensation'] },
  'Order Status Checked':            { stage: 'post_purchase', touchpoint: 'order_status', function: 'reactive', handling: 'self_service', complexity: 'simple', on: { phone: { handling: 'human' }, chatbot: { handling: 'automated' } } },
  'Return Requested':                { stage: 'post_purchase', touchpoint: 'returns', function: 'reactive', handling: 'self_service', complexity: 'guided', on: { phone: { handling: 'human' }, store: { handling: 'human' }, live_chat: { handling: 'human' } }, text: ['reason', 'text'] },
  'Return Received':                 { stage: 'post_purchase', touchpoint: 'returns', function: 'reactive' },
  'Return Completed':                { stage: 'post_purchase', touchpoint: 'returns', function: 'reactive' },
  'Loyalty Points Earned':           { stage: 'post_purchase', touchpoint: 'loyalty' },
  'Loyalty Points Redeemed':         { stage: 'post_purchase', touchpoint: 'loyalty', handling: 'self_service', complexity: 'simple', on: { store: { handling: 'human' } } },
};
