/** Nest injection token of the service's configuration. */
export const SERVICE_CONFIG = Symbol('SERVICE_CONFIG');
