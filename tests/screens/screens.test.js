// The screens as people meet them: in a browser, with the Lightning look, by mouse and by keyboard alone.
// node --test screens.test.js, with SCREENS naming the folder that build.mjs filled.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, violations } from "./browser.mjs";
import { CASES } from "./sample/cases.js";

let browser;

before(async () => {
    browser = await open(process.env.SCREENS);
});

after(() => browser.close());

function rows(page, object) {
    return page.evaluate((name) => window.org.all(name), object);
}

async function named(page, object, name) {
    const found = await rows(page, object);
    return found.find((row) => row.Name === name);
}

/** Presses Tab until the element with that name has the focus; fails when it can't be reached. */
async function tabTo(page, role, name) {
    const target = page.getByRole(role, { name, exact: true }).first();
    for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press("Tab");
        if (await target.evaluate((one) => one === one.getRootNode().activeElement)) {
            return;
        }
    }
    assert.fail(`The keyboard doesn't reach the ${role} '${name}'.`);
}

/** Returns how much wider the page is than the window. */
function tooWide(page) {
    return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function unfold(page) {
    for (const fold of await page.locator("summary").all()) {
        await fold.click();
    }
}

/** The cases of a person; the parts are the same as on the page of an organisation, which is shown in every case. */
const PERSONS = ["offCourse", "expansionReady", "noGoal", "denied"];

for (const name of Object.keys(CASES)) {
    for (const object of PERSONS.includes(name) ? ["Account", "Contact"] : ["Account"]) {
        test(`nothing is wrong with the record page of ${object} for the case ${name}, on a desk and on a phone`, async () => {
            const page = await browser.show(`case=${name}&page=${object}`, { width: 1280 });
            await unfold(page);
            assert.deepEqual(page.faults, []);
            assert.deepEqual(await violations(page), []);
            assert.equal(await tooWide(page), 0);
            await page.setViewportSize({ width: 360, height: 700 });
            assert.equal(await tooWide(page), 0);
            await page.close();
        });
    }
}

test("a phone shows every word with enough contrast and in order", async () => {
    const page = await browser.show("case=offCourse&page=Account", { width: 360 });
    await unfold(page);
    assert.deepEqual(await violations(page), []);
    await page.close();
});

test("a shared action is ticked off by mouse, and the page says what it changed", async () => {
    const page = await browser.show("case=offCourse&show=svDueAndLate");
    await page.locator(".name", { hasText: "Book the auditor" }).click();
    await page.getByText("done Nov 20").waitFor();
    assert.equal((await named(page, "Joint_Accountability__c", "Book the auditor")).Done_On__c, "2026-11-20");
    await page.close();
});

test("what we owe is ticked off by keyboard alone, and the focus stays", async () => {
    const page = await browser.show("case=offCourse&show=svDueAndLate");
    await tabTo(page, "checkbox", "Send the audit pack");
    await page.keyboard.press("Space");
    await page.getByText("done Nov 20").waitFor();
    const focused = await page.evaluate(() => document.activeElement !== document.body);
    assert.ok(focused, "The focus was lost.");
    await page.keyboard.press("Space");
    await page.getByText("late since Nov 10, 10 days").waitFor();
    assert.equal((await named(page, "Joint_Accountability__c", "Send the audit pack")).Done_On__c, null);
    await page.close();
});

test("a milestone is marked reached by keyboard alone", async () => {
    const page = await browser.show("case=offCourse&show=svMilestonePath");
    await tabTo(page, "button", "Mark reached: Certification audit");
    await page.keyboard.press("Enter");
    await page.getByLabel("Reached on").waitFor();
    assert.deepEqual(await violations(page), []);
    await tabTo(page, "button", "Save");
    await page.keyboard.press("Enter");
    await page.getByText("Certification audit: reached Nov 20").waitFor();
    assert.equal((await named(page, "Success_Milestone__c", "Certification audit")).Achieved_On__c, "2026-11-20");
    await page.close();
});

test("a milestone is lost again by keyboard alone, and stands among the open ones", async () => {
    const page = await browser.show("case=offCourse&show=svMilestonePath");
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    await tabTo(page, "button", "Lost again: Team trained");
    await page.keyboard.press("Enter");
    await page.getByLabel("Lost again on").waitFor();
    await tabTo(page, "button", "Save");
    await page.keyboard.press("Enter");
    await page.getByText("Team trained: lost again Nov 20").waitFor();
    await page.getByText("1 of 6 reached").waitFor();
    assert.equal((await named(page, "Success_Milestone__c", "Team trained")).Reversed_On__c, "2026-11-20");
    await page.close();
});

test("a day in the future is refused in words, and nothing is saved", async () => {
    const page = await browser.show("case=offCourse&show=svMilestonePath");
    await page.getByRole("button", { name: "Mark reached: Certification audit" }).click();
    await page.getByLabel("Reached on").fill("Dec 24, 2026");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Choose today or an earlier day.").first().waitFor();
    assert.equal((await named(page, "Success_Milestone__c", "Certification audit")).Achieved_On__c, undefined);
    await page.close();
});

test("an assessment is added by keyboard alone, and the goal shows it", async () => {
    const page = await browser.show("case=offCourse&show=svGoal");
    await tabTo(page, "button", "Assess: At least one tender is worth $250,000 or more");
    await page.keyboard.press("Enter");
    await page.getByText("Would the member say that this is so?").waitFor();
    assert.deepEqual(await violations(page), []);
    await tabTo(page, "radio", "Yes, it is met");
    await page.keyboard.press("Space");
    await tabTo(page, "button", "Save");
    await page.keyboard.press("Enter");
    await page.getByText("Met, Nov 20").waitFor();
    assert.equal((await rows(page, "Success_Reading__c")).at(-1).State__c, "Met");
    await page.close();
});

test("an assumed goal is confirmed by keyboard alone", async () => {
    const page = await browser.show("case=assumed&show=svGoal");
    await tabTo(page, "button", "They confirmed it");
    await page.keyboard.press("Enter");
    await page.getByLabel("Who confirmed it").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.type("Sample Contact");
    await tabTo(page, "button", "Save");
    await page.keyboard.press("Enter");
    await page.getByText("Confirmed by Sample Contact on Nov 20").waitFor();
    assert.equal((await rows(page, "Desired_Outcome__c"))[0].Confirmed_On__c, "2026-11-20");
    await page.close();
});

test("the destination is changed by keyboard alone, and given up without a trace", async () => {
    const page = await browser.show("case=offCourse&show=svGoal");
    await tabTo(page, "button", "Change the destination");
    await page.keyboard.press("Enter");
    await page.getByLabel("By when").waitFor();
    await tabTo(page, "textbox", "By when");
    await page.keyboard.type("Jun 30, 2027");
    await tabTo(page, "textbox", "What changed for them");
    await page.keyboard.type("The tender round moved to June.");
    await tabTo(page, "button", "Start toward the new destination");
    await page.keyboard.press("Enter");
    await page.getByText("by Jun 30, 2027").waitFor();
    assert.equal((await rows(page, "Desired_Outcome__c")).length, 2);
    await tabTo(page, "button", "Change the destination");
    await page.keyboard.press("Enter");
    await tabTo(page, "button", "Cancel");
    await page.keyboard.press("Enter");
    await page.getByLabel("By when").waitFor({ state: "detached" });
    assert.equal((await rows(page, "Desired_Outcome__c")).length, 2);
    await page.close();
});

test("the next step is planned by keyboard alone, as a task of its day", async () => {
    const page = await browser.show("case=offCourse&show=svNextStep");
    await tabTo(page, "button", "Plan this step");
    await page.keyboard.press("Enter");
    const [opened] = await page.evaluate(() => window.org.opened);
    assert.equal(opened.attributes.objectApiName, "Task");
    assert.match(opened.state.defaultFieldValues, /ActivityDate=2026-11-27/);
    await page.close();
});

test("the parts behind the score are unfolded by keyboard, and add up", async () => {
    const page = await browser.show("case=offCourse&show=svSuccessVector");
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    const table = page.getByRole("table");
    const pulls = await table.locator("tbody .pull").allTextContents();
    const sum = pulls.reduce((total, pull) => total + Number(pull), 0);
    assert.equal(pulls.length, 5);
    assert.equal(sum.toFixed(3), "-0.173");
    await table.getByRole("row", { name: "Together -0.1727" }).waitFor();
    await page.close();
});

test("a changed destination is a new version, and the page shows it", async () => {
    const page = await browser.show("case=offCourse&show=svGoal,svMilestonePath");
    await page.getByRole("button", { name: "Change the destination" }).click();
    await page.getByLabel("What they want now, in their words").fill("Win one tender by summer.");
    await page.getByLabel("By when").fill("Jun 30, 2027");
    await page.getByLabel("What changed for them").fill("The tender round moved to June.");
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: "Start toward the new destination" }).click();
    await page.getByText("Win one tender by summer.").first().waitFor();
    const [old, now] = await rows(page, "Desired_Outcome__c");
    assert.equal(old.Closed_Reason__c, "The tender round moved to June.");
    assert.equal(now.Supersedes__c, old.Id);
    assert.equal(now.Time_Frame__c, "2027-06-30");
    await page.getByText("Reached (2)").waitFor();
    await page.close();
});

test("what changes on one screen is followed by the others", async () => {
    const page = await browser.show("case=offCourse&page=Account", { width: 1280 });
    await page.getByRole("button", { name: "Mark reached: Certification audit" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The score follows").waitFor();
    await page.close();
});
