// Judges FHIR resources with the npm `fhir` validator: one JSON resource a line in, one line of its errors out.
// Codes against required value sets, cardinalities and unknown elements are errors; the process stays up for many.
const readline = require("node:readline");
const { Fhir } = require("fhir");

const judge = new Fhir();
const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });

lines.on("line", (line) => {
  let said;
  try {
    const found = judge.validate(JSON.parse(line), { errorOnUnexpected: true });
    said = { valid: found.valid, messages: found.messages.filter((one) => one.severity !== "info") };
  } catch (error) {
    said = { valid: false, messages: [{ severity: "fatal", location: "", message: String(error) }] };
  }
  process.stdout.write(JSON.stringify(said) + "\n");
});
