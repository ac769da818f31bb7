// Owns whose network address a request comes from, and the two forms in which an address may be kept.
// Never stores one: the sign-in log is the only place for that (auth/sign-in-log.ts). Source: R16, sync.md §4.4.
import { BlockList, isIP, isIPv6 } from "node:net";

/** Finds a caller's address from its socket and, behind trusted proxies only, from `X-Forwarded-For`. */
export type AddressReader = (socketAddress: string | undefined, headers: Headers) => string | null;

/** Makes a reader that believes these proxies. Shape: addresses or CIDR ranges. Throws: on anything else. Rule: ED9. */
export function createAddressReader(trustedProxies: readonly string[] = []): AddressReader {
  const isTrusted = createProxyCheck(trustedProxies);
  return (socketAddress, headers) => {
    const socket = plainAddress(socketAddress ?? "");
    if (socket === null || !isTrusted(socket)) return socket;
    return nearestStranger(headers.get("x-forwarded-for") ?? "", isTrusted) ?? socket;
  };
}

/** Makes the check whether an address is one of the trusted proxies. Throws: on a text that is no range. */
export function createProxyCheck(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = blockListOf(trustedProxies);
  return (address) => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

// Walks from our own proxy outwards: what lies behind the first stranger is only that stranger's claim.
function nearestStranger(forwardedFor: string, isTrusted: (address: string) => boolean): string | null {
  let nearest: string | null = null;
  for (const entry of forwardedFor.split(",").slice(-32).toReversed()) {
    const address = plainAddress(entry.trim());
    if (address === null) return nearest;
    nearest = address;
    if (!isTrusted(address)) return nearest;
  }
  return nearest;
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Tells whether a text is an address or a CIDR range. */
export function isAddressRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}

/** An address as it is compared: `::ffff:192.0.2.1`, as a dual-stack socket shows it, is an IPv4 one. Null when it is none. */
export function plainAddress(text: string): string | null {
  const address = text.toLowerCase().startsWith("::ffff:") && text.includes(".") ? text.slice(7) : text;
  const scopeless = address.split("%")[0] ?? "";
  return isIP(scopeless) === 0 ? null : scopeless;
}

/** The network an address belongs to. Shape: `192.0.2.0/24`, `2001:db8:1::/48`. Rule: AU17. Source: R16. */
export const truncateAddress = (address: string): string =>
  isIPv6(address) ? `${ipv6Prefix(address, 3)}::/48` : `${address.split(".").slice(0, 3).join(".")}.0/24`;

/** What counts as one caller for a limiter: an IPv4 address, or the /64 that one IPv6 line has. Rule: ED9. */
export const callerOf = (address: string): string => (isIPv6(address) ? ipv6Prefix(address, 4) : address);

function ipv6Prefix(address: string, groups: number): string {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? 0 : 8 - left.length - right.length - (right.at(-1)?.includes(".") === true ? 1 : 0);
  const all = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...right];
  return all
    .slice(0, groups)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
