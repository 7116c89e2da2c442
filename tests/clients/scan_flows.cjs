// Prints what the flow scanner finds in the flow files of a folder, as JSON: [{flow, rule, element}].
const fs = require("fs");
const path = require("path");
const scanner = require("@flow-scanner/lightning-flow-scanner-core");

const folder = process.argv[2];

async function main() {
    const files = fs.readdirSync(folder).filter((name) => name.endsWith(".flow-meta.xml"));
    const flows = await scanner.parse(files.map((name) => path.join(folder, name)));
    const unread = flows.filter((one) => !one.flow).map((one) => `${one.uri}: ${one.errorMessage}`);
    if (unread.length) {
        throw new Error(`could not be read: ${unread.join(", ")}`);
    }
    const found = scanner.scan(flows).flatMap((result) =>
        result.ruleResults
            .filter((rule) => rule.occurs)
            .flatMap((rule) =>
                rule.details.map((one) => ({ flow: result.flow.name, rule: rule.ruleName, element: one.name }))
            )
    );
    process.stdout.write(JSON.stringify({ scanned: flows.length, found }));
}

main().catch((error) => {
    process.stderr.write(String(error));
    process.exit(1);
});
