import { type Adapter, rejected } from '../adapter.js';
import { formOf, jsonObjectOf } from '../read-body.js';
import { readTwilioCall } from './calls.js';
import { readTwilioMessage } from './messages.js';

/** Twilio's status callbacks and incoming messages: forms, of calls (`CallSid`) or of messages (`MessageSid`). */
export const twilio: Adapter = (delivery) => {
  const fields = delivery.headers['content-type']?.includes('json') ? jsonObjectOf(delivery) : formOf(delivery);
  if (fields === undefined) return rejected('not JSON');
  if (typeof fields['CallSid'] === 'string' && fields['CallSid'] !== '') return readTwilioCall(fields, delivery);
  if (typeof (fields['MessageSid'] ?? fields['SmsSid']) === 'string') return readTwilioMessage(fields, delivery);
  return rejected('neither a call nor a message: no CallSid, no MessageSid');
};
