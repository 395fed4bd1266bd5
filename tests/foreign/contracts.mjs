// Validates OpenAPI documents of any dialect, named as arguments; prints what is wrong, and says so by its exit code.
import { createRequire } from "module";

const parser = createRequire(import.meta.url)("@apidevtools/swagger-parser");
const SwaggerParser = parser.default ?? parser.SwaggerParser ?? parser;
for (const file of process.argv.slice(2)) {
  try {
    await SwaggerParser.validate(file);
  } catch (error) {
    console.log(`${file}: ${String(error.message).slice(0, 500)}`);
    process.exitCode = 1;
  }
}
