/** The address that lets whoever opens it in. */
export function addressWithToken(url: string, token: string): string {
  return `${url}?token=${token}`;
}
