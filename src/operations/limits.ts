/** How slow and how many clients may be. Sockets live in real time, so these do not ask the context's clock. */
export type Limits = {
  /** Longest for the head of a request, from its first byte or from the connection's first moment. */
  headersMs: number
  /** Longest for a body. An upload may take longer, as long as it keeps up `uploadBytesPerSecond` on average. */
  bodyMs: number
  uploadBytesPerSecond: number
  /** How long an answer may make no way because its client does not read. Seen after once to twice this. */
  stuckMs: number
  /** How long a connection stays open between requests: longer than proxies keep theirs, so that they close first. */
  keepAliveMs: number
  /** How often the above is looked at. */
  checkMs: number
  /** Bytes of the head of a request. */
  headerBytes: number
  /** Addresses that `connectionsPerAddress` is not counted for. */
  uncounted(address: string): boolean
}

export const defaultLimits: Limits = {
  headersMs: 10_000,
  bodyMs: 15_000,
  uploadBytesPerSecond: 16 * 1024,
  stuckMs: 12_000,
  keepAliveMs: 72_000,
  checkMs: 1_000,
  headerBytes: 16 * 1024,
  uncounted: isLoopback,
}

/** Whether an address of a socket, or a host that a server listens on, is this machine itself. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address)
}
