/** How to reach one API server, and as whom. */
export interface Connection {
  /** E.g. `https://10.0.0.1:443`, with a path where a gateway stands in front. */
  readonly server: string;
  /** The namespace of the service account or of the kubeconfig's context. */
  readonly namespace: string | undefined;
  /** Where the credentials are from, for people to read. */
  readonly source: string;
  /**
   * What to present now; nothing in it was read more than a minute ago.
   * @throws {Error} when a file, a plugin or an identity provider does not give it.
   */
  credentials(): Promise<Credentials>;
  /** Forgets what was read, because the server refused it. */
  forget(): void;
}

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** What TLS needs, as `node:tls` takes it. */
export interface TlsMaterial {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}
