import { BROWSING, type EventRows, IN_PERSON, PAID } from './event-row.js';

const looking = { stage: 'pre_purchase', on: BROWSING } as const;
/** Filling a cart is still looking around; nobody serves, and one visit would count a dozen times. */
const collecting = {
  stage: 'purchase',
  touchpoint: 'online_checkout',
  complexity: 'simple',
  on: { store: { touchpoint: 'store_visit' }, phone: { touchpoint: 'purchase_support' } },
} as const;
const buying = { stage: 'purchase', touchpoint: 'online_checkout', handling: 'self_service', complexity: 'simple', on: IN_PERSON } as const;
const afterwards = {
  stage: 'post_purchase',
  touchpoint: 'order_status',
  on: { store: { handling: 'human' }, phone: { handling: 'human' }, live_chat: { handling: 'human' } },
} as const;

/** Segment ecommerce spec, version 2. */
// biome-ignore format: a table is read by its columns
export const ECOMMERCE: EventRows = {
  // browsing
  'Products Searched':               { ...looking },
  'Product List Viewed':             { ...looking },
  'Product List Filtered':           { ...looking },
  // promotions
  'Promotion Viewed':                { stage: 'pre_purchase', touchpoint: 'advert', function: 'proactive' },
  'Promotion Clicked':               { stage: 'pre_purchase', touchpoint: 'advert', function: 'proactive' },
  // ordering
  'Product Clicked':                 { ...looking },
  'Product Viewed':                  { ...looking },
  'Product Added':                   { ...collecting },
  'Product Removed':                 { ...collecting },
  'Cart Viewed':                     { ...collecting },
  'Checkout Started':                { ...buying },
  'Checkout Step Viewed':            { ...collecting },
  'Checkout Step Completed':         { ...buying },
  'Payment Info Entered':            { ...buying, touchpoint: 'payment', sensitivity: 'sensitive' },
  'Order Completed':                 { ...buying, value: PAID },
  'Order Updated':                   { ...afterwards, complexity: 'simple', value: PAID },
  'Order Refunded':                  { ...afterwards, touchpoint: 'returns', function: 'reactive', sensitivity: 'sensitive', value: PAID, refund: true },
  'Order Cancelled':                 { ...afterwards, function: 'reactive', handling: 'self_service', value: PAID, refund: true },
  // coupons
  'Coupon Entered':                  { ...collecting },
  'Coupon Applied':                  { ...collecting },
  'Coupon Denied':                   { ...collecting },
  'Coupon Removed':                  { ...collecting },
  // wish list
  'Product Added to Wishlist':       { ...looking },
  'Product Removed from Wishlist':   { ...looking },
  'Wishlist Product Added to Cart':  { ...collecting },
  // sharing: the customer brings others
  'Product Shared':                  { handling: 'community', text: ['share_message'] },
  'Cart Shared':                     { handling: 'community', text: ['share_message'] },
  // reviewing
  'Product Reviewed':                { stage: 'post_purchase', touchpoint: 'community', handling: 'co_creation', text: ['review_body'] },
};

/** The names of version 1, still sent by old shops. */
// biome-ignore format: a table is read by its columns
export const ECOMMERCE_V1_NAMES: Readonly<Record<string, string>> = {
  'Viewed Product Category': 'Product List Viewed', 'Viewed Product': 'Product Viewed', 'Clicked Product': 'Product Clicked', 'Added Product': 'Product Added',
  'Removed Product': 'Product Removed', 'Viewed Cart': 'Cart Viewed', 'Started Checkout': 'Checkout Started', 'Viewed Checkout Step': 'Checkout Step Viewed',
  'Completed Checkout Step': 'Checkout Step Completed', 'Entered Payment Info': 'Payment Info Entered', 'Completed Order': 'Order Completed', 'Updated Order': 'Order Updated',
  'Refunded Order': 'Order Refunded', 'Cancelled Order': 'Order Cancelled', 'Searched Products': 'Products Searched', 'Viewed Promotion': 'Promotion Viewed',
  'Clicked Promotion': 'Promotion Clicked', 'Reviewed Product': 'Product Reviewed', 'Shared Product': 'Product Shared',
};
