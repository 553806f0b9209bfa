/** What stands behind `#` in a one-time link. It never reaches a server's log,
 * and it stays in the address so that a reload works until it is used. */
export function linkToken(hash: string): string | undefined {
  const token = hash.replace(/^#/, '');
  // 256 bits in base64url.
  return /^[\w-]{43}$/.test(token) ? token : undefined;
}
