/** Whether a carrier can call this address: https, and not this machine's own. */
export function carrierCanReach(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const own = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return protocol === 'https:' && !own;
}
