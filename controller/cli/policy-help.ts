/** What `sfb policy --help` prints. */
export const POLICY_HELP = `Usage: sfb policy merge|check|remove --resource ID [options] [FILE...]

Puts the statements that secure a function into API Management policy documents, checks
that they hold, or takes them out again. Needs no Azure. Every byte that is not one of
these statements stays as it is.

Commands:
  merge   put the statements at the end of <inbound>
  check   say whether a document protects the function, and why not
  remove  take out statements equal to the ones a merge writes

Options:
  --resource ID        client id (or identifier URI) of the function's app registration
  --client-id ID       client id of the user-assigned identity; default: the service's own
  --header NAME        header that holds the subscription key; may be given several times
                       (default: Ocp-Apim-Subscription-Key)
  --query NAME         query parameter that holds it; may be given several times
                       (default: subscription-key)
  --keep-key           let the subscription key reach the function
  --write              change the files; those that stay the same are not written
  --output text|json   default: text
  -h, --help           print this

Documents:
  Without FILE, or with '-', the document comes from standard input. Without --write, the
  text of a single document goes to standard output; of several documents, and with
  --output json, what would change is listed and nothing is changed.

Output:
  text  one line per finding: file:line:column: severity code message
  json  an array with one record per document, {file, protected, changed, findings}.
        protected and findings tell of the document as the command leaves it; changed
        tells whether merge or remove changes it (for check: whether a merge would).

Exit codes:
  0  all documents are protected, or there is nothing left to do
  2  a document is not protected (check), or would be changed and was not
  1  a document could not be read, is in conflict or could not be written (the others
     are processed all the same), or the command line is wrong

Example, as a check of pull requests:
  sfb policy check --resource 6dd8ab30-7d4b-4c1e-9e43-3c3a3b1c7a55 apis/*/policy.xml
`;
