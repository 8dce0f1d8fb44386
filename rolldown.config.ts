import { defineConfig } from "rolldown";

/**
 * One file with everything in it: it starts four times faster than the sources with their 17,000
 * files of libraries, takes 50 MB less, and is the whole application layer of the image. It is not
 * minified, so that stack traces name functions; source maps would cost 200 MB at run time.
 */
export default defineConfig({
  input: "controller/main.ts",
  platform: "node",
  output: { file: "dist/sfb.js", format: "esm", codeSplitting: false, minify: false },
});
