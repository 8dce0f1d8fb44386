/** Refuses to call the local Azure a live one. */
if (process.env["SFB_LIVE_MANIFEST"] === undefined) {
  process.stderr.write(
    "SFB_LIVE_MANIFEST names no manifest: see docs/live.md for what the live suite needs.\n",
  );
  process.exit(1);
}
