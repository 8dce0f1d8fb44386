import type { ApiManagementService } from "./service.ts";

/**
 * The address that a service's gateway calls from: its NAT gateway's where it has one. A gateway
 * without an address of its own calls from one that it shares with others.
 */
export function outboundAddress({ properties }: ApiManagementService): string {
  const [first] = [
    ...listOf(properties["outboundPublicIPAddresses"]),
    ...listOf(properties["publicIPAddresses"]),
  ];
  // A NAT gateway has a range of addresses; any of them will do.
  return first?.split("/")[0] ?? SHARED_ADDRESS;
}

const SHARED_ADDRESS = "192.0.2.250";

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
