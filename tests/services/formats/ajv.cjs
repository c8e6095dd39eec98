// Ajv in strict mode, set up as SchemaStore does: ajv.cjs MODULES SCHEMA... <DATA, where DATA is a list of values.
// The first schema is the one to hold them to. Prints a list of what is wrong with each.
const fs = require("fs");
const path = require("path");
const [modules, ...schemas] = process.argv.slice(2);
const Ajv = require(path.join(modules, "ajv")).default;
const addFormats = require(path.join(modules, "ajv-formats"));

const ajv = new Ajv({ strict: true, allErrors: true });
addFormats(ajv);
for (const word of ["enumDescriptions", "markdownDescription"]) ajv.addKeyword(word);
const [first, ...others] = schemas.map((file) => JSON.parse(fs.readFileSync(file, "utf8")));
for (const other of others) ajv.addSchema(other);
const validate = ajv.compile(first);
const held = JSON.parse(fs.readFileSync(0, "utf8"));
console.log(JSON.stringify(held.map((value) => (validate(value) ? "" : ajv.errorsText(validate.errors)))));
