let current = 'rapport';

/** The name of the service that this process is: in log lines, metrics, spans and the codes of the chassis' own problems. */
export const serviceName = (): string => current;

/** Called once, when the service is built. */
export function identifyService(name: string): void {
  current = name;
}
