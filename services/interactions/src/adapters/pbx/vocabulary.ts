/** The parts of a call. */
export type CallEvent = 'ringing' | 'started' | 'answered' | 'transferred' | 'ended' | 'missed' | 'recorded' | 'voicemail' | 'callback';

/** How telephone systems name them, in lower case, with spaces for everything that is no letter. */
// biome-ignore format: a table is read by its columns
export const EVENT_NAMES: Readonly<Record<string, CallEvent>> = {
  'ringing': 'ringing',             'call ringing': 'ringing',          'dialing': 'ringing',
  'started': 'started',             'call started': 'started',          'start': 'started',
  'answered': 'answered',           'call answered': 'answered',        'answered by': 'answered',      'answer': 'answered',
  'transferred': 'transferred',     'call transferred': 'transferred',  'transfer': 'transferred',
  'ended': 'ended',                 'call ended': 'ended',              'end': 'ended',                 'hangup': 'ended',   'completed': 'ended',
  'missed': 'missed',               'call missed': 'missed',            'abandoned': 'missed',          'no answer': 'missed',
  'recorded': 'recorded',           'call recorded': 'recorded',        'recording': 'recorded',        'recording ready': 'recorded',
  'voicemail': 'voicemail',         'voicemail left': 'voicemail',
  'callback': 'callback',           'callback requested': 'callback',
};

/** Dispositions (Asterisk's CDR and common call-centre words) as the outcomes that the product knows. */
// biome-ignore format: a table is read by its columns
export const OUTCOMES: Readonly<Record<string, string>> = {
  'answered': 'answered',
  'no answer': 'no_answer',         'noanswer': 'no_answer',            'missed': 'no_answer',          'abandoned': 'no_answer', 'timeout': 'no_answer',
  'busy': 'busy',                   'user busy': 'busy',
  'failed': 'unreachable',          'congestion': 'unreachable',        'unreachable': 'unreachable',   'chanunavail': 'unreachable',
  'cancel': 'cancelled',            'canceled': 'cancelled',            'cancelled': 'cancelled',
  'voicemail': 'voicemail',
  'wrong number': 'wrong_number',
  'do not call': 'do_not_call',     'dnc': 'do_not_call',
};
