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
        expect(names(screen)[0]).toBe("Security plan in daily use");
        expect(words(screen)).toContain("Reached (2)");
        expect(words(screen)).toContain("2 of 6 reached");
    });

    it("tells plan against fact", async () => {
        const said = words(await show(SvMilestonePath, "offCourse"));
        expect(said).toContain("due Oct 12, 39 days late");
        expect(said).toContain("reached Jun 10, 5 days early");
        expect(said).toContain("reached Aug 20, 20 days after the plan, first promised for Jul 15");
    });

    it("shows offers and asks on their milestones, and that they have to wait off course", async () => {
        const said = words(await show(SvMilestonePath, "offCourse"));
        expect(said).toContain("Before it, an accelerator: Audit accelerator, $12,000 a year (not now)");
        expect(said).toContain("Offer: Ten more training seats, $4,500 a year (not now)");
        expect(said).toContain("Ask: a case study (not now)");
    });

    it("shows what may be offered and asked on course", async () => {
        const said = words(await show(SvMilestonePath, "expansionReady"));
        expect(said).toContain("Offer: Tender desk, $9,600 a year");
        expect(said).toContain("Ask: a review");
        expect(said).not.toContain("not now");
    });

    it.each([
        ["an open Success Gap", { Success_Gap__c: "Open" }],
        ["stale facts", { Facts_Stale__c: true }],
        ["drift", { Vector_Status__c: "Drifting" }]
    ])("holds offers and asks back, and no accelerator, on %s", async (_, fields) => {
        const said = words(await show(SvMilestonePath, "expansionReady", ({ rows }) => {
            Object.assign(rows.Account[0], fields);
            rows.Success_Milestone__c[4].Expansion_Offer__c = "a06000000000001AAA";
        }));
        expect(said).toContain("Offer: Tender desk, $9,600 a year (not now)");
        expect(said).toContain("Before it, an accelerator: Audit accelerator, $12,000 a year");
        expect(said).not.toContain("$12,000 a year (not now)");
    });

    it("offers and asks nothing on a goal that is our assumption", async () => {
        const said = words(await show(SvMilestonePath, "expansionReady", ({ rows }) => {
            rows.Desired_Outcome__c[0].Confirmed_On__c = null;
        }));
        expect(said).toContain("Offer: Tender desk, $9,600 a year (not now)");
    });

    it("names an offer without a yearly value by its name alone", async () => {
        const said = words(await show(SvMilestonePath, "expansionReady", ({ rows }) => {
            rows.Expansion_Offer__c.forEach((row) => Object.assign(row, { Yearly_Value__c: null }));
        }));
        expect(said).toMatch(/^Offer: Tender desk$/m);
    });

    it("tells how far a metric is, and as of when", async () => {
        const said = words(await show(SvMilestonePath, "offCourse"));
        expect(said).toContain("Staff trained: 12 of 12, as of Aug 20");
        expect(said).toContain("Sites where the plan is in use: 2 of 6, as of Sep 21");
    });

    it("tells the four types apart by shape, not by colour alone", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        for (const type of ["functional", "operational", "opportune", "strategic"]) {
            expect(all(screen, `.shape.${type}`).length).toBeGreaterThan(0);
        }
        expect(all(screen, ".legend li").map((one) => one.textContent.trim())).toEqual([
            "Functional",
            "Operational",
            "Opportune",
            "Strategic"
        ]);
    });

    it("marks a milestone reached on a day", async () => {
        const screen = await show(SvMilestonePath, "offCourse");
        await press(screen, "Mark reached: Certification audit");
        dated(screen, "2026-11-18");
        await press(screen, "Save");
        expect(milestone("Certification audit").Achieved_On__c).toBe("2026-11-18");
        expect(words(screen)).toContain("Certification audit: reached Nov 18");
        expect(words(screen)).toContain("Reached (3)");
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
        expect(words(screen)).toContain("Reached (1)");
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
