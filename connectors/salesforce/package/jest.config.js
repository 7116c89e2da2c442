const { jestConfig } = require("@salesforce/sfdx-lwc-jest/config");

const SCREENS = "<rootDir>/../../../tests/screens";

module.exports = {
    ...jestConfig,
    modulePaths: ["<rootDir>/node_modules"],
    setupFilesAfterEnv: [...jestConfig.setupFilesAfterEnv, `${SCREENS}/jest/setup.js`],
    moduleNameMapper: {
        "^c/(svLook|svShapes)$": "<rootDir>/force-app/main/default/lwc/$1/$1.css",
        "^lightning/graphql$": `${SCREENS}/stand_ins/graphql_service.js`,
        "^lightning/messageService$": `${SCREENS}/stand_ins/message_service.js`,
        "^lightning/navigation$": `${SCREENS}/stand_ins/navigation.js`,
        "^lightning/pageReferenceUtils$": `${SCREENS}/stand_ins/page_references.js`,
        "^lightning/uiRecordApi$": `${SCREENS}/stand_ins/record_service.js`,
        "^screens/(.*)$": `${SCREENS}/$1.js`,
        "^virtual:fields$": `${SCREENS}/jest/fields.js`
    }
};
