import type { Socket } from "node:net";

/**
 * Whose address a connection comes from. Everything here runs on one machine and would look alike;
 * what a gateway opens is entered under the address that the gateway has in public. Callers cannot
 * write in it, as they could write in a header.
 */
export class AddressBook {
  readonly #addresses = new Map<number, string>();

  /** Enters a connection under an address for as long as it lasts. */
  enter(socket: Socket, address: string): void {
    socket.once("connect", () => {
      const { localPort } = socket;
      if (localPort === undefined) return;
      this.#addresses.set(localPort, address);
      socket.once("close", () => this.#addresses.delete(localPort));
    });
  }

  /** The address of whoever is at the other end. */
  addressOf({ remoteAddress = "", remotePort }: Socket): string {
    return (remotePort !== undefined && this.#addresses.get(remotePort)) || remoteAddress;
  }
}
