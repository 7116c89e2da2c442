const lwc = require("@salesforce/eslint-config-lwc");
const globals = require("globals");

const SCREENS = ["force-app/main/default/lwc/**/*.js"];
const TESTS = ["**/__tests__/**/*.js"];

module.exports = [
    ...lwc.configs.recommended.map((config) => ({ ...config, files: config.files ?? SCREENS })),
    {
        files: SCREENS,
        rules: { "no-console": "error", "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] }
    },
    {
        files: TESTS,
        languageOptions: { globals: { ...globals.node, ...globals.jest } },
        rules: { "@lwc/lwc/no-async-operation": "off" }
    }
];
