import type { Channel } from '@rapport/contracts';

/** One moment in which customer and company met. */
export interface Contact {
  readonly channel: Channel;
  readonly at: string;
  readonly event: string;
  readonly direction: 'inbound' | 'outbound';
  readonly gist: string | null;
  readonly caseId: string | null;
}

/** The latest of each channel, newest first; of two tellings of one moment the one that says more. */
export function lastContacts(all: readonly Contact[]): Contact[] {
  const latest = new Map<Channel, Contact>();
  for (const contact of all) {
    const known = latest.get(contact.channel);
    if (known === undefined || contact.at > known.at || (contact.at === known.at && saysMore(contact, known)))
      latest.set(contact.channel, contact);
  }
  return [...latest.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

const saysMore = (a: Contact, b: Contact): boolean => Number(a.caseId !== null) > Number(b.caseId !== null);
