import SvGoal from "c/svGoal";
import { all, labelled, press, settled, show, words } from "screens/jest/show";
import { org } from "screens/stand_ins/org";

async function fill(screen, label, value) {
    const field = labelled(screen, label);
    field.value = value;
    field.dispatchEvent(new CustomEvent("change", { detail: { value } }));
    await settled();
}

function acceptEverything(screen) {
    all(screen).forEach((one) => {
        one.reportValidity = () => true;
    });
}

describe("the goal", () => {
    it("is told in the member's words, with its day and who confirmed it", async () => {
        const said = words(await show(SvGoal, "offCourse"));
        expect(said).toContain("Pass the ISO 28000 audit");
        expect(said).toContain("by Feb 26, 2027");
        expect(said).toContain("Confirmed by Sample Contact on May 11");
    });

    it("says that it lies beyond the paid-through date", async () => {
        expect(words(await show(SvGoal, "offCourse"))).toContain("It lies beyond the paid-through date, Jan 31, 2027");
    });

    it("shows the last evidence of each requirement, and unknown as unknown", async () => {
        const said = words(await show(SvGoal, "offCourse"));
        expect(said).toContain("Met, Oct 7");
        expect(said).toContain("Not met, Nov 3");
        expect(said).toContain("Three unannounced calls in October");
        expect(said).toContain("Not known yet: ask");
    });

    it("adds an assessment as a reading of its day", async () => {
        const screen = await show(SvGoal, "offCourse");
        await press(screen, "Assess: At least one tender is worth $250,000 or more");
        await fill(screen, "Would the member say that this is so?", "Met");
        await fill(screen, "How you know", "The port's shortlist");
        acceptEverything(screen);
        await press(screen, "Save");
        const added = org.all("Success_Reading__c").at(-1);
        expect(added).toMatchObject({
            Success_Requirement__c: "a04000000000001AAA",
            State__c: "Met",
            Read_On__c: "2026-11-20",
            Note__c: "The port's shortlist"
        });
        expect(words(screen)).toContain("Met, Nov 20");
    });

    it("is an assumption until the member confirms it", async () => {
        const screen = await show(SvGoal, "assumed");
        expect(words(screen)).toContain("Our assumption: not confirmed yet");
        await press(screen, "They confirmed it");
        await fill(screen, "Who confirmed it", "Sample Contact");
        acceptEverything(screen);
        await press(screen, "Save");
        expect(org.all("Desired_Outcome__c")[0]).toMatchObject({
            Confirmed_By__c: "Sample Contact",
            Confirmed_On__c: "2026-11-20"
        });
        expect(words(screen)).toContain("Confirmed by Sample Contact on Nov 20");
    });

    it("changes the destination as a new version, in one transaction", async () => {
        const screen = await show(SvGoal, "offCourse");
        await press(screen, "Change the destination");
        await fill(screen, "What they want now, in their words", 'Win "one" tender');
        await fill(screen, "By when", "2027-06-30");
        await fill(screen, "What changed for them", "The tender round moved");
        acceptEverything(screen);
        await press(screen, "Start toward the new destination");
        const [old, now] = org.all("Desired_Outcome__c");
        expect(old).toMatchObject({ Closed_On__c: "2026-11-20", Closed_Reason__c: "The tender round moved" });
        expect(now).toMatchObject({
            Supersedes__c: old.Id,
            Objective__c: 'Win "one" tender',
            Account__c: "001000000000001AAA"
        });
        expect(org.all("Success_Milestone__c").filter((one) => one.Desired_Outcome__c === now.Id)).toHaveLength(6);
        expect(words(screen)).toContain('Win "one" tender');
    });

    it("changes nothing at all when one part is refused", async () => {
        const screen = await show(SvGoal, "offCourse", (made) => {
            made.failing = { write: new Error("The time frame ends before the start.") };
        });
        await press(screen, "Change the destination");
        acceptEverything(screen);
        await press(screen, "Start toward the new destination");
        expect(org.all("Desired_Outcome__c")).toHaveLength(1);
        expect(words(screen)).toContain("The time frame ends before the start.");
    });

    it("asks for a goal where there is none", async () => {
        const screen = await show(SvGoal, "noGoal");
        expect(words(screen)).toContain("No goal yet");
        await press(screen, "Set the goal");
        expect(org.opened[0].attributes.objectApiName).toBe("Desired_Outcome__c");
    });

    it("says that a goal without a day is a wish", async () => {
        const screen = await show(SvGoal, "offCourse", ({ rows }) => {
            rows.Desired_Outcome__c[0].Time_Frame__c = null;
        });
        expect(words(screen)).toContain("Without one it is a wish");
    });

    it("is kind without access and when loading fails", async () => {
        expect(words(await show(SvGoal, "denied"))).toContain("You can't see this yet");
        expect(words(await show(SvGoal, "broken"))).toContain("The server is having a moment");
    });
});
