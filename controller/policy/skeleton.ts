/** What the service gives a scope whose policy is created empty: each section inherits. */
export const EMPTY_POLICY = `<policies>
    <inbound>
        <base />
    </inbound>
    <backend>
        <base />
    </backend>
    <outbound>
        <base />
    </outbound>
    <on-error>
        <base />
    </on-error>
</policies>
`;
