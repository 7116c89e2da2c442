import SvSuccessVector from "c/svSuccessVector";
import { all, show, words } from "screens/jest/show";

describe("the success vector", () => {
    it("shows a member who is off course with an arrow that points away", async () => {
        const screen = await show(SvSuccessVector, "offCourse");
        expect(words(screen)).toContain("Off course");
        expect(words(screen)).toContain("Score 39 of 100");
        expect(words(screen)).toContain("33 at worst");
        expect(words(screen)).toContain("Away from the goal");
        expect(words(screen)).toContain("we owe 'Send the audit pack' since Nov 10");
        const [shaft] = all(screen, ".shaft");
        expect(Number(shaft.getAttribute("y2"))).toBeGreaterThan(Number(shaft.getAttribute("y1")));
    });

    it("shows a person who is on course with an arrow that points to the goal", async () => {
        const screen = await show(SvSuccessVector, "onCourse");
        expect(words(screen)).toContain("On course");
        const [shaft] = all(screen, ".shaft");
        expect(Number(shaft.getAttribute("y2"))).toBeLessThan(Number(shaft.getAttribute("y1")));
        expect(words(screen)).toContain("Score since May 31: from 50 to 89");
        expect(words(screen)).toContain("just the movement called for");
    });

    it("keeps the decimals behind the details", async () => {
        const screen = await show(SvSuccessVector, "offCourse");
        const [details] = all(screen, "details");
        expect(details.textContent).toContain("-0.5643");
        expect(details.textContent).toContain("38.8");
        expect(details.textContent).toContain("33.0");
        expect(details.textContent).toContain("0.1667");
        const outside = all(screen, ".look")[0].textContent;
        expect(outside).not.toContain("38.8");
    });

    it("tells every signed part of it behind the details", async () => {
        const screen = await show(SvSuccessVector, "offCourse");
        const rows = all(screen, "tbody tr");
        expect(rows).toHaveLength(5);
        expect(rows.at(-1).textContent).toContain("We owe 'Send the audit pack' since Nov 10");
        expect(all(screen, "tfoot tr").at(-1).textContent).toContain("-0.1727");
    });

    it.each([
        ["isn't there yet", null, "aren't here yet"],
        ["is cut off", '{"shape":1,"sc', "can't be read"],
        ["is of a later shape", '{"shape":2}', "can't be read"]
    ])("keeps its figures where the field of the parts %s", async (_, text, expected) => {
        const screen = await show(SvSuccessVector, "offCourse", ({ rows }) => {
            rows.Account[0].Vector_Terms__c = text;
        });
        expect(words(screen)).toContain(expected);
        expect(words(screen)).toContain("-0.5643");
        expect(words(screen)).toContain("Score 39 of 100");
    });

    it("says why there is no score without a goal", async () => {
        const screen = await show(SvSuccessVector, "noGoal");
        expect(words(screen)).toContain("No goal to steer by yet");
        expect(words(screen)).toContain("no active outcome");
        expect(all(screen, "svg")).toHaveLength(0);
    });

    it("tells of an open Success Gap, since when, and what doesn't help", async () => {
        const screen = await show(SvSuccessVector, "gapOpen");
        expect(words(screen)).toContain("Success Gap open since Nov 3");
        expect(words(screen)).toContain("More of the same won't close it");
    });

    it("warns when facts are stale, and draws no arrow where nothing moved", async () => {
        const screen = await show(SvSuccessVector, "stale");
        expect(words(screen)).toContain("We have heard nothing new for four months");
        expect(words(screen)).toContain("Nothing moved in 90 days");
        expect(all(screen, ".shaft")).toHaveLength(0);
    });

    it("shows arrival, and no low bound where everything is known", async () => {
        const screen = await show(SvSuccessVector, "arrived");
        expect(words(screen)).toContain("Arrived");
        expect(words(screen)).toContain("Score 100 of 100");
        expect(words(screen)).not.toContain("at worst");
    });

    it("is kind before the first score", async () => {
        expect(words(await show(SvSuccessVector, "unscored"))).toContain("Not scored yet");
    });

    it("names the way out when access is missing", async () => {
        expect(words(await show(SvSuccessVector, "denied"))).toContain("Ask your administrator for the permission set");
    });

    it("passes on what Salesforce said when loading fails", async () => {
        expect(words(await show(SvSuccessVector, "broken"))).toContain("The server is having a moment");
    });

    it("draws no trend across two versions of the definition", async () => {
        const screen = await show(SvSuccessVector, "offCourse", ({ rows }) => {
            rows.Success_Vector_Snapshot__c.slice(0, -1).forEach((row) => Object.assign(row, { Definition_Version__c: 0 }));
        });
        expect(all(screen, ".trend")).toHaveLength(0);
    });
});
