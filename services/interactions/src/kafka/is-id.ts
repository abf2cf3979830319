const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether this is an id as the product makes them. */
export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);
