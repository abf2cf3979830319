/** CloudEvents 1.0, Kafka binding, binary mode: the attributes are headers, the record's value is the data. */
export const CLOUD_EVENT_HEADERS = {
  specversion: 'ce_specversion',
  id: 'ce_id',
  source: 'ce_source',
  type: 'ce_type',
  time: 'ce_time',
  subject: 'ce_subject',
  dataschema: 'ce_dataschema',
} as const;

export interface CloudEventAttributes {
  /** Unique per `source`; the same for a record that is published again. */
  readonly id: string;
  /** URI reference of the producer: `/rapport/<service>`. */
  readonly source: string;
  /** The topic's type. */
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly subject: string;
}

/** The headers of one record. `dataschema` is the schema's place in the repository and in AsyncAPI. */
export function cloudEventHeaders({ id, source, type, time, subject }: CloudEventAttributes): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: time,
    ce_subject: subject,
    ce_dataschema: `urn:rapport:schema:${type}`,
    'content-type': 'application/json',
  };
}
