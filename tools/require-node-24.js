/**
 * Refuses to go on with an older Node, in one line that says what to do.
 *
 * `npm ci` installs Node 24 as a devDependency; with `--ignore-scripts`, or where npm blocks install
 * scripts, it does not, and npm then silently runs scripts on the host's Node. This is JavaScript,
 * because an older Node would stumble over the ending of a TypeScript file before it could say why.
 */
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `Node ${process.versions.node} is running, and 24 or newer is needed. ` +
      "Run `npm ci` again without --ignore-scripts: it installs Node 24 beside the project.\n",
  );
  process.exit(1);
}
