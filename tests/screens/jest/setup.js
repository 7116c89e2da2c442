// The labels' own texts, and the user whose page it is.
import { labelValues } from "../source.js";
import { TODAY } from "../sample/member.js";

const VALUES = {
    "@salesforce/user/Id": "005000000000001AAA",
    "@salesforce/i18n/locale": "en-US",
    "@salesforce/i18n/timeZone": "America/New_York",
    "@salesforce/messageChannel/Member_Facts_Changed__c": "Member_Facts_Changed__c"
};
for (const [name, value] of Object.entries(labelValues(process.cwd()))) {
    VALUES[`@salesforce/label/c.${name}`] = value;
}
for (const [name, value] of Object.entries(VALUES)) {
    jest.doMock(name, () => ({ __esModule: true, default: value }), { virtual: true });
}

beforeEach(() => {
    jest.useFakeTimers({ now: new Date(`${TODAY}T15:00:00Z`), doNotFake: ["nextTick", "queueMicrotask", "setTimeout"] });
});

afterEach(() => {
    document.body.replaceChildren();
    jest.useRealTimers();
});
