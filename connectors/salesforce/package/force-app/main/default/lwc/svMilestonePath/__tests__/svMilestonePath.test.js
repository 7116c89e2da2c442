import SvMilestonePath from "c/svMilestonePath";
import { all, labelled, press, show, words } from "screens/jest/show";
import { org } from "screens/stand_ins/org";

function milestone(name) {
    return org.all("Success_Milestone__c").find((one) => one.Name === name);
}

function names(screen) {
    return all(screen, ".name").map((one) => one.firstChild.textContent.trim());
}

function dated(screen, day, valid = true) {
    const input = all(screen, "lightning-input")[0];
    input.value = day;
    input.reportValidity = () => valid;
}

describe("the milestone path", () => {
    it("puts the next open milestone first and what is reached behind a fold", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        expect(names(screen)[0]).toBe("Certification audit");
        expect(words(screen)).toContain("Reached (3)");
        expect(words(screen)).toContain("3 of 6 reached");
    });

    it("tells plan against fact", async () => {
        const said = words(await show(SvMilestonePath, "offCourse"));
        expect(said).toContain("due Oct 12, 39 days late");
        expect(said).toContain("reached Jun 10, 5 days early");
        expect(said).toContain("reached Oct 5, 5 days after the plan, first promised for Sep 1");
    });

    it("shows offers and asks on their milestones, and metrics", async () => {
        const said = words(await show(SvMilestonePath, "offCourse"));
        expect(said).toContain("Before it, an accelerator: Audit accelerator, $12,000 a year");
        expect(said).toContain("Offer: Ten more training seats, $4,500 a year");
        expect(said).toContain("Ask: a case study");
        expect(said).toContain("Staff trained: 12 of 12, as of Aug 20");
    });

    it("tells the four types apart by shape, not by colour alone", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        for (const type of ["functional", "operational", "opportune", "strategic"]) {
            expect(all(screen, `.shape.${type}`).length).toBeGreaterThan(0);
        }
    });

    it("marks a milestone reached on a day", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        await press(screen, "Mark reached: Certification audit");
        dated(screen, "2026-11-18");
        await press(screen, "Save");
        expect(milestone("Certification audit").Achieved_On__c).toBe("2026-11-18");
        expect(words(screen)).toContain("Certification audit: reached Nov 18");
        expect(words(screen)).toContain("Reached (4)");
    });

    it("saves nothing on a day that can't be", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        await press(screen, "Mark reached: Certification audit");
        dated(screen, "2026-12-24", false);
        await press(screen, "Save");
        expect(milestone("Certification audit").Achieved_On__c).toBeUndefined();
    });

    it("marks one lost again, and open", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        await press(screen, "Lost again: Team trained");
        dated(screen, "2026-11-19");
        await press(screen, "Save");
        expect(milestone("Team trained").Reversed_On__c).toBe("2026-11-19");
        expect(words(screen)).toContain("lost again Nov 19");
        expect(words(screen)).toContain("Reached (2)");
    });

    it("leaves everything as it is on cancel", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        await press(screen, "Mark reached: Certification audit");
        await press(screen, "Cancel");
        expect(all(screen, "lightning-input")).toHaveLength(0);
        expect(labelled(screen, "Mark reached: Certification audit")).toBeDefined();
    });

    it("passes on a validation rule's own words", async () => {
        const screen = await show(SvMilestonePath, "offCourse", (made) => {
            const errors = [{ message: "A milestone can't be achieved in the future." }];
            made.failing = { write: { body: { output: { errors } } } };
        });
        await press(screen, "Mark reached: Certification audit");
        dated(screen, "2026-11-20");
        await press(screen, "Save");
        expect(words(screen)).toContain("A milestone can't be achieved in the future.");
    });

    it("says when every milestone is behind them", async () => {
        expect(words(await show(SvMilestonePath, "arrived"))).toContain("Every milestone is behind them");
    });

    it("invites to add steps where there are none", async () => {
        expect(words(await show(SvMilestonePath, "noGoal"))).toContain("No milestones yet");
    });

    it("is kind without access and when loading fails", async () => {
        expect(words(await show(SvMilestonePath, "denied"))).toContain("You can't see this yet");
        expect(words(await show(SvMilestonePath, "broken"))).toContain("The server is having a moment");
    });
});
