// Takes the pictures for the documentation: node shots.mjs BUILT OUT
import { join } from "node:path";
import { open } from "./browser.mjs";

const [built, out] = process.argv.slice(2);
const SHOTS = [
    ["account", "case=offCourse&page=Account", 1280],
    ["contact", "case=onCourse&page=Contact", 1280],
    ["expansion-ready", "case=expansionReady&page=Account", 1280],
    ["no-goal", "case=noGoal&page=Account", 1280],
    ["error", "case=broken&page=Account", 1280],
    ["phone", "case=offCourse&page=Account", 390],
    ["next-step", "case=offCourse&show=svNextStep", 640],
    ["next-step-ready", "case=expansionReady&show=svNextStep", 640],
    ["due-and-late", "case=offCourse&show=svDueAndLate", 760],
    ["goal", "case=offCourse&show=svGoal", 480],
    ["milestone-path", "case=offCourse&show=svMilestonePath", 760],
    ["success-vector", "case=offCourse&show=svSuccessVector", 460],
    ["success-vector-details", "case=offCourse&show=svSuccessVector&unfolded", 900],
    ["success-gap", "case=gapOpen&show=svSuccessVector", 460]
];

const browser = await open(built);
for (const [name, query, width] of SHOTS) {
    const page = await browser.show(query, { width, height: 200 });
    if (query.includes("unfolded")) {
        await page.locator("summary").last().click();
    }
    const main = page.locator("main");
    await main.screenshot({ path: join(out, `screens-${name}.png`) });
    await page.close();
}
await browser.close();
