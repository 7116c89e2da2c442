import { createRequire } from "node:module";

const fromPackage = createRequire(new URL("../../connectors/salesforce/package/package.json", import.meta.url));
const js = fromPackage("@eslint/js");
const globals = fromPackage("globals");

export default [
    js.configs.recommended,
    { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
    { files: ["jest/**"], languageOptions: { globals: { ...globals.jest } } }
];
