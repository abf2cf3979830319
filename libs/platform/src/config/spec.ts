/** One environment variable: how its text becomes a value. @throws {@link InvalidVariable} with what it must be. */
export interface Spec<T> {
  parse(text: string | undefined): T;
}

/** Says what a variable must be; the reader adds its name. Never carries the value: it may be a secret. */
export class InvalidVariable extends Error {}

interface Fallback<T> {
  /** What holds when the variable is unset or empty; without one the variable is required. */
  readonly default?: T;
}

function spec<T>(expected: string, fallback: Fallback<T>, convert: (text: string) => T | undefined): Spec<T> {
  return {
    parse(text) {
      if (text === undefined || text.trim() === '') {
        if (fallback.default !== undefined) return fallback.default;
        throw new InvalidVariable(`is required: ${expected}`);
      }
      const value = convert(text.trim());
      if (value === undefined) throw new InvalidVariable(`must be ${expected}`);
      return value;
    },
  };
}

export interface StrOptions extends Fallback<string> {
  readonly minLength?: number;
  readonly pattern?: RegExp;
  /** What the text must be, in words, for the error: `a URL such as smtp://127.0.0.1:1025`. */
  readonly expected?: string;
}

export function str({ minLength = 1, pattern, expected, ...fallback }: StrOptions = {}): Spec<string> {
  const words = expected ?? (minLength > 1 ? `a text of at least ${minLength} characters` : 'a text');
  return spec(words, fallback, (text) => (text.length >= minLength && (pattern?.test(text) ?? true) ? text : undefined));
}

export interface IntOptions extends Fallback<number> {
  readonly min?: number;
  readonly max?: number;
}

export function int({ min = 0, max = Number.MAX_SAFE_INTEGER, ...fallback }: IntOptions = {}): Spec<number> {
  return spec(`a whole number from ${min} to ${max}`, fallback, (text) => {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

export function bool(fallback: Fallback<boolean> = {}): Spec<boolean> {
  return spec('true or false', fallback, (text) =>
    Object.hasOwn(BOOLEANS, text.toLowerCase()) ? BOOLEANS[text.toLowerCase()] : undefined,
  );
}

/** Texts separated by commas. */
export function list(fallback: Fallback<readonly string[]> = {}): Spec<readonly string[]> {
  return spec('a list of texts separated by commas', fallback, (text) => {
    const items = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items.length > 0 ? items : undefined;
  });
}

export function oneOf<const W extends string>(words: readonly W[], fallback: Fallback<W> = {}): Spec<W> {
  return spec(`one of ${words.join(', ')}`, fallback, (text) => words.find((word) => word === text));
}
