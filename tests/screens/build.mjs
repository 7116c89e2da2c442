// Builds the screens as they stand in the package, with Salesforce's own base components and stand-ins for the
// platform's modules, into one folder that a browser can open: node build.mjs FOLDER
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onlyNamedIcons } from "./icons.mjs";
import { arrangement, fieldsByObject, labelValues } from "./source.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = join(HERE, "../../connectors/salesforce/package");
const LWC = join(PACKAGE, "force-app/main/default/lwc");
const fromPackage = createRequire(join(PACKAGE, "package.json"));
const { rollup } = fromPackage("rollup");
const lwc = fromPackage("@lwc/rollup-plugin");

const STAND_INS = {
    "lightning/uiRecordApi": "record_service.js",
    "lightning/graphql": "graphql_service.js",
    "lightning/messageService": "message_service.js",
    "lightning/navigation": "navigation.js",
    "lightning/pageReferenceUtils": "page_references.js"
};
const PARTS = {
    lwc: "@lwc/engine-dom/dist/index.js",
    "@lwc/synthetic-shadow": "@lwc/synthetic-shadow/dist/index.js",
    graphql: "graphql/index.mjs"
};
const MEMBERS = ["Account", "Contact"];
const VALUES = {
    "@salesforce/user/Id": "005000000000001AAA",
    "@salesforce/i18n/locale": "en-US",
    "@salesforce/i18n/timeZone": "America/New_York"
};

function platform() {
    const labels = labelValues(PACKAGE);
    const computed = {
        ...VALUES,
        "virtual:fields": fieldsByObject(PACKAGE),
        "virtual:arrangements": Object.fromEntries(MEMBERS.map((object) => [object, arrangement(PACKAGE, object)]))
    };
    return {
        name: "platform",
        resolveId(id) {
            if (STAND_INS[id]) {
                return join(HERE, "stand_ins", STAND_INS[id]);
            }
            const ours = id in VALUES || /^@salesforce\/(label\/c\.|messageChannel\/)|^virtual:/.test(id);
            if (ours) {
                return `\0${id}`;
            }
            return PARTS[id] ? join(PACKAGE, "node_modules", PARTS[id]) : null;
        },
        load(id) {
            if (!id.startsWith("\0")) {
                return null;
            }
            const name = id.slice(1);
            const label = name.split("@salesforce/label/c.")[1];
            if (label && !(label in labels)) {
                throw new Error(`There is no label ${label}`);
            }
            const value = label ? labels[label] : (computed[name] ?? name);
            return `export default ${JSON.stringify(value)}`;
        },
        transform(code) {
            return code.replaceAll("import.meta.env.SSR", "false").replaceAll("process.env.NODE_ENV", '"production"');
        }
    };
}

function modules() {
    const bundles = readdirSync(LWC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const main = (name) => ["js", "css"].map((kind) => join(LWC, name, `${name}.${kind}`)).find((path) => existsSync(path));
    const ours = bundles.map(({ name }) => ({ name: `c/${name}`, path: main(name) }));
    return [...ours, { npm: "lightning-base-components" }];
}

async function build(folder) {
    const bundle = await rollup({
        input: join(HERE, "page.js"),
        plugins: [
            platform(),
            onlyNamedIcons([LWC, join(PACKAGE, "node_modules/lightning-base-components/src/lightning")]),
            lwc({ rootDir: PACKAGE, apiVersion: 66, modules: modules(), enableDynamicComponents: true })
        ],
        onwarn: ({ id, message }) => id?.includes("node_modules") || console.error(message)
    });
    mkdirSync(folder, { recursive: true });
    await bundle.write({ file: join(folder, "page.js"), format: "iife", inlineDynamicImports: true });
    const look = join(fromPackage.resolve("@salesforce-ux/design-system/package.json"), "../assets");
    cpSync(join(look, "styles"), join(folder, "styles"), { recursive: true });
    writeFileSync(join(folder, "index.html"), readFileSync(join(HERE, "page.html")));
}

await build(process.argv[2]);
