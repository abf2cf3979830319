declare module 'libmime' {
  interface Libmime {
    /** RFC 2047 encoded words, also those cut in the middle of a character. */
    decodeWords(text: string): string;
    /** RFC 2045 parameters with the continuations and charsets of RFC 2231. */
    parseHeaderValue(text: string): { readonly value: string | false; readonly params: Record<string, string> };
  }
  const libmime: Libmime;
  export default libmime;
}
declare module 'libqp' {
  const libqp: { decode(text: string): Buffer };
  export default libqp;
}
