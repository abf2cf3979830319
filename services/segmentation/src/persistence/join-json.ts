/**
 * Many JSON texts as one parameter, for `string_to_array($n, chr(30))`. JSON has no bare control character, so the record separator cannot occur in a text;
 * as an array parameter every quote of every text would be escaped, which costs more than making the JSON.
 */
export const joinJson = (texts: readonly string[]): string => texts.join('\u001e');
