/** Whether an Accept header names the picture before the figures. Whoever names neither gets the figures. */
export function wantsSvg(accept: string | undefined): boolean {
  const weight = (type: string): number => {
    const range = (accept ?? '').split(',').find((each) => each.split(';')[0]!.trim().toLowerCase() === type);
    if (range === undefined) return 0;
    const quality = /;\s*q=([\d.]+)/i.exec(range)?.[1];
    return quality === undefined ? 1 : Number(quality);
  };
  const picture = weight('image/svg+xml');
  return picture > 0 && picture >= weight('application/json');
}
