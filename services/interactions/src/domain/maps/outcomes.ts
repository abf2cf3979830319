/** Outcomes whose way the map tells. A name that is added counts from then on. */
// biome-ignore format: a table is read by its columns
export const OUTCOMES = [
  // what a company wants
  'Order Completed', 'Signed Up', 'Trial Started', 'Trial Ended', 'Subscription Started', 'Demo Requested', 'Store Visited', 'Loyalty Points Redeemed', 'Referral Made', 'Product Reviewed', 'Case Resolved',
  // what it fears
  'Order Cancelled', 'Order Refunded', 'Return Requested', 'Complaint Filed', 'Dispute Opened', 'Case Opened', 'Case Reopened', 'Payment Failed', 'Delivery Failed', 'Unsubscribed', 'Account Deleted',
] as const;

const NAMES: ReadonlySet<string> = new Set(OUTCOMES);
export const isOutcome = (event: string): boolean => NAMES.has(event);

/** How many places a way to an outcome shows; the last is where the outcome came about. */
export const TRAIL_PLACES_MAX = 5;
